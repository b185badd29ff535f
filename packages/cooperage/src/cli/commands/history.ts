import type { HistoryRange } from '../../control/looks.js';
import { type CommandContext, EXIT, type ExitCode, report } from '../command.js';
import { type DirectoryOptions, findDirectory } from '../find-directory.js';
import { trimHistory, withLooker } from '../operator.js';
import { formatNumber } from '../text/words.js';

export interface HistoryOptions extends DirectoryOptions {
  readonly trim?: number;
}

const say = (context: CommandContext, directory: string, range: HistoryRange): ExitCode => {
  const { oldest, newest } = range;
  report(context, { directory, ...range }, () => [
    newest === null || oldest === null
      ? 'no history is kept'
      : `cranks ${formatNumber(oldest)} to ${formatNumber(newest)}`,
  ]);
  return EXIT.done;
};

export const historyCommand = async (
  context: CommandContext,
  options: HistoryOptions,
): Promise<ExitCode> => {
  if (options.trim !== undefined) await trimHistory(await findDirectory(options), options.trim);
  return withLooker(options, async ({ directory, look }) =>
    say(context, directory, await look('history')),
  );
};
