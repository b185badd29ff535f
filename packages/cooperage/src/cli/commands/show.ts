import { type CommandContext, EXIT, type ExitCode, report } from '../command.js';
import type { DirectoryOptions } from '../find-directory.js';
import { withLooker } from '../operator.js';
import { formatVat } from '../text/vat.js';

export interface ShowOptions extends DirectoryOptions {
  readonly full?: boolean;
}

export const showCommand = (
  context: CommandContext,
  vat: string,
  options: ShowOptions,
): Promise<ExitCode> =>
  withLooker(options, async ({ directory, look }) => {
    const details = await look('show', { vat });
    report(context, { directory, ...details }, (width) =>
      formatVat(details, options.full === true ? Infinity : width),
    );
    return EXIT.done;
  });
