import { replayKernel } from '../../tools/replay-kernel.js';
import { type CommandContext, EXIT, type ExitCode, report } from '../command.js';
import { findDirectory } from '../find-directory.js';
import { parseLiveslots } from '../liveslots-option.js';
import { makeProgress } from '../progress.js';
import { formatDifference } from '../text/difference.js';
import { countOf, formatNumber } from '../text/words.js';

export interface ReplayOptions {
  readonly into?: string;
  readonly to?: number;
  readonly threads?: number;
  readonly liveslots?: readonly string[];
  readonly full?: boolean;
}

export const replayCommand = async (
  context: CommandContext,
  given: string | undefined,
  options: ReplayOptions,
): Promise<ExitCode> => {
  const directory = await findDirectory({ directory: given });
  const progress = makeProgress(context.terminal);
  let at = 0;
  let end = 0;
  progress.follow(() => `crank ${formatNumber(at)} of ${formatNumber(end)}`);
  try {
    const replayed = await replayKernel({
      directory,
      liveslots: parseLiveslots(options.liveslots ?? []),
      onProgress: (crank, last) => {
        at = crank;
        end = last;
      },
      ...(options.into === undefined ? {} : { into: options.into }),
      ...(options.to === undefined ? {} : { to: options.to }),
      ...(options.threads === undefined ? {} : { threads: options.threads }),
    });
    progress.stop();
    const { from, to, difference } = replayed;
    report(context, { directory, into: options.into ?? null, ...replayed }, (width) =>
      difference === undefined
        ? [`${countOf(to - from + 1, 'crank')} run again (${from} to ${to}): no difference`]
        : formatDifference(difference, options.full === true ? Infinity : width),
    );
    return difference === undefined ? EXIT.done : EXIT.failed;
  } finally {
    progress.stop();
  }
};
