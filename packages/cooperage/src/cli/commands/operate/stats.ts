/** Figures of a kernel that runs, once or at intervals. */
import type { Figures } from '../../../control/streams.js';
import { type CommandContext, EXIT, type ExitCode } from '../../command.js';
import type { DirectoryOptions } from '../../find-directory.js';
import { onInterrupt } from '../../interrupt.js';
import { withRunning } from '../../operator.js';
import { countOf, formatNumber } from '../../text/words.js';

export interface StatsOptions extends DirectoryOptions {
  readonly watch?: boolean;
  readonly interval: number;
}

const formatFigures = (now: Figures, before: Figures | undefined): string => {
  const seconds =
    before === undefined ? 0 : (Date.parse(now.time) - Date.parse(before.time)) / 1_000;
  const rate =
    before === undefined || seconds <= 0
      ? ''
      : ` (${formatNumber((now.cranks - before.cranks) / seconds)}/s)`;
  return [
    now.time,
    `${countOf(now.cranks, 'crank')}${rate}`,
    `${formatNumber(now.refused)} refused`,
    `${countOf(now.commits, 'commit')}`,
    `${formatNumber(now.vats)} vats, ${formatNumber(now.online)} online`,
    `${formatNumber(now.openOutputs)} calls open`,
    `${formatNumber(now.megabytes)} MB`,
    `${now.processorSeconds.toFixed(1)} s of processor time`,
  ].join('  ');
};

export const statsCommand = (context: CommandContext, options: StatsOptions): Promise<ExitCode> =>
  withRunning(options, async (client) => {
    const { terminal, json } = context;
    const { watch = false, interval } = options;
    const controller = new AbortController();
    const release = onInterrupt(() => controller.abort());
    let before: Figures | undefined;
    const show = (event: unknown): void => {
      const now = event as Figures;
      terminal.out(json ? JSON.stringify(now) : formatFigures(now, before));
      before = now;
      if (!watch) controller.abort();
    };
    try {
      await client.call('watch', { milliseconds: interval }, show, controller.signal);
    } finally {
      release();
    }
    return EXIT.done;
  });
