import { listVats } from '../../inspect/inspect.js';
import { type CommandContext, EXIT, type ExitCode, report } from '../command.js';
import type { DirectoryOptions } from '../find-directory.js';
import { formatVats } from '../text/vats.js';
import { withStore } from '../with-store.js';

export const vatsCommand = (
  context: CommandContext,
  options: DirectoryOptions,
): Promise<ExitCode> =>
  withStore(options, (store, directory) => {
    const list = listVats(store);
    report(context, { directory, ...list }, (width) => formatVats(list, width));
    return EXIT.done;
  });
