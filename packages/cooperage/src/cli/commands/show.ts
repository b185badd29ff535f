import { showVat } from '../../inspect/inspect.js';
import { type CommandContext, EXIT, type ExitCode, report } from '../command.js';
import type { DirectoryOptions } from '../find-directory.js';
import { formatVat } from '../text/vat.js';
import { withStore } from '../with-store.js';

export interface ShowOptions extends DirectoryOptions {
  readonly full?: boolean;
}

export const showCommand = (
  context: CommandContext,
  vat: string,
  options: ShowOptions,
): Promise<ExitCode> =>
  withStore(options, (store, directory) => {
    const details = showVat(store, vat);
    report(context, { directory, ...details }, (width) =>
      formatVat(details, options.full === true ? Infinity : width),
    );
    return EXIT.done;
  });
