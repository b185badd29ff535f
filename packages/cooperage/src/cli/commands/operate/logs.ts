/** The log of a kernel that runs: of its vats, and of the kernel itself. */
import type { LogEntry } from '../../../control/log-book.js';
import { type CommandContext, EXIT, type ExitCode } from '../../command.js';
import type { DirectoryOptions } from '../../find-directory.js';
import { onInterrupt } from '../../interrupt.js';
import { withRunning } from '../../operator.js';
import { harmless } from '../../text/words.js';

export interface LogsOptions extends DirectoryOptions {
  readonly follow?: boolean;
}

/** An entry for people. */
export const formatEntry = ({ time, level, vat, vatID, crank, message }: LogEntry): string => {
  const who = vat ?? vatID;
  const at = who === undefined ? '' : ` ${who}${crank === undefined ? '' : ` #${crank}`}:`;
  return harmless(`${time} ${level.padEnd(5)}${at} ${message}`);
};

export const logsCommand = (
  context: CommandContext,
  vat: string | undefined,
  options: LogsOptions,
): Promise<ExitCode> =>
  withRunning(options, async (client) => {
    const { terminal, json } = context;
    const { follow = false } = options;
    const controller = new AbortController();
    const release = onInterrupt(() => controller.abort());
    const show = (event: unknown): void => {
      const entry = event as LogEntry | { readonly lost: number };
      if (json) terminal.out(JSON.stringify(entry));
      else if ('lost' in entry)
        terminal.report(`${entry.lost} entries came too fast and were left out`);
      else terminal.out(formatEntry(entry));
    };
    try {
      const args = { follow, ...(vat !== undefined && { vat }) };
      await client.call('logs', args, show, controller.signal);
    } finally {
      release();
    }
    return EXIT.done;
  });
