/** What the timer of a kernel has before it, and the end of one of its wake-ups. */
import type { ShownTimer } from '../../../services/timer/list-timers.js';
import { type CommandContext, EXIT, type ExitCode, report } from '../../command.js';
import type { DirectoryOptions } from '../../find-directory.js';
import { withLooker, withOperator } from '../../operator.js';
import { formatTable } from '../../text/table.js';

export interface TimersOptions extends DirectoryOptions {
  readonly cancel?: string;
}

const repeatsOf = ({ every, pattern, timeZone }: ShownTimer): string => {
  if (every !== undefined) return `every ${every} ms`;
  return pattern === undefined ? '' : `${pattern}${timeZone === undefined ? '' : ` ${timeZone}`}`;
};

const say = (
  context: CommandContext,
  directory: string,
  timers: readonly ShownTimer[],
): ExitCode => {
  report(context, { directory, timers }, () =>
    timers.length === 0
      ? ['the timer has no wake-ups']
      : formatTable(
          ['id', 'kind', 'vat', 'next', 'again'],
          timers.map((timer) => [
            timer.id,
            timer.kind,
            timer.vat ?? timer.vatID ?? '-',
            timer.at,
            repeatsOf(timer),
          ]),
        ),
  );
  return EXIT.done;
};

export const timersCommand = (
  context: CommandContext,
  options: TimersOptions,
): Promise<ExitCode> => {
  const { cancel } = options;
  if (cancel === undefined) {
    return withLooker(options, async ({ directory, look }) =>
      say(context, directory, await look('timers')),
    );
  }
  const attempt = { label: `cancelling ${cancel}`, leave: true };
  return withOperator(context, options, attempt, async ({ directory, call, look }) => {
    await call('timers.cancel', { id: cancel });
    return say(context, directory, await look('timers'));
  });
};
