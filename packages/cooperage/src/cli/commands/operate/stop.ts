/** Ends a kernel that runs: between two cranks, with all that was retired durable. */
import { type CommandContext, EXIT, type ExitCode, report } from '../../command.js';
import type { DirectoryOptions } from '../../find-directory.js';
import { withRunning } from '../../operator.js';

export const stopCommand = (
  context: CommandContext,
  options: DirectoryOptions,
): Promise<ExitCode> =>
  withRunning(options, async (client, directory) => {
    const { pid } = client;
    await client.call('stop');
    // The connection is the last thing that a kernel closes.
    await client.ended;
    report(context, { directory, pid }, () => [
      `stopped the kernel in ${directory} (process ${pid})`,
    ]);
    return EXIT.done;
  });
