/** Terminates a vat: its promises and messages are rejected with the reason. */
import { type CommandContext, EXIT, type ExitCode, report } from '../../command.js';
import type { DirectoryOptions } from '../../find-directory.js';
import { withOperator } from '../../operator.js';
import { harmless } from '../../text/words.js';

export interface TerminateOptions extends DirectoryOptions {
  readonly reason: string;
}

export const terminateCommand = (
  context: CommandContext,
  vat: string,
  options: TerminateOptions,
): Promise<ExitCode> => {
  const { reason } = options;
  const attempt = { label: `terminating ${vat}` };
  return withOperator(context, options, attempt, async ({ directory, call }) => {
    await call('terminate', { vat, reason });
    report(context, { directory, vat, reason }, () => [
      harmless(`${vat} is terminated: ${reason}`),
    ]);
    return EXIT.done;
  });
};
