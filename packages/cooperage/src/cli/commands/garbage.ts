import { garbageOfKernel } from '../../tools/garbage-of-kernel.js';
import { type CommandContext, EXIT, type ExitCode, report } from '../command.js';
import { findDirectory } from '../find-directory.js';
import { flushRunning } from '../operator.js';
import { parseLiveslots } from '../liveslots-option.js';
import { makeProgress } from '../progress.js';
import { formatGarbage } from '../text/garbage.js';

export interface GarbageCommandOptions {
  readonly threads?: number;
  readonly liveslots?: readonly string[];
  readonly full?: boolean;
}

export const garbageCommand = async (
  context: CommandContext,
  given: string | undefined,
  options: GarbageCommandOptions,
): Promise<ExitCode> => {
  const directory = await findDirectory({ directory: given });
  await flushRunning(directory);
  const progress = makeProgress(context.terminal);
  try {
    const garbage = await garbageOfKernel(directory, {
      liveslots: parseLiveslots(options.liveslots ?? []),
      onAsk: (vatID) => progress.follow(() => `asking ${vatID}`),
      ...(options.threads === undefined ? {} : { threads: options.threads }),
    });
    progress.stop();
    report(context, { directory, ...garbage }, (width) =>
      formatGarbage(garbage, options.full === true ? Infinity : width),
    );
    return EXIT.done;
  } finally {
    progress.stop();
  }
};
