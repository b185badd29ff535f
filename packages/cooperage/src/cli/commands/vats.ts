import { type CommandContext, EXIT, type ExitCode, report } from '../command.js';
import type { DirectoryOptions } from '../find-directory.js';
import { withLooker } from '../operator.js';
import { formatVats } from '../text/vats.js';

export const vatsCommand = (
  context: CommandContext,
  options: DirectoryOptions,
): Promise<ExitCode> =>
  withLooker(options, async ({ directory, look }) => {
    const list = await look('vats');
    report(context, { directory, ...list }, (width) => formatVats(list, width));
    return EXIT.done;
  });
