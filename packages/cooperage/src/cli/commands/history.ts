import { makeKernelTables } from '@cooperage/kernel';
import type { KernelStore } from '@cooperage/types';
import { type CommandContext, EXIT, type ExitCode, report } from '../command.js';
import type { DirectoryOptions } from '../find-directory.js';
import { formatNumber } from '../text/words.js';
import { withOwnStore, withStore } from '../with-store.js';

export interface HistoryOptions extends DirectoryOptions {
  readonly trim?: number;
}

/** What a re-run does not need to be right: so this is no crank of the kernel's, and in no history. */
const trimTo = ({ tables }: KernelStore, crank: number): void => {
  tables.beginCrank();
  makeKernelTables(tables).history.trim(crank);
  tables.acceptCrank();
};

export const historyCommand = (
  context: CommandContext,
  options: HistoryOptions,
): Promise<ExitCode> =>
  (options.trim === undefined ? withStore : withOwnStore)(options, (store, directory) => {
    if (options.trim !== undefined) trimTo(store, options.trim);
    const { history } = makeKernelTables(store.tables);
    const newest = history.newest();
    const oldest = history.oldest() ?? null;
    const result = { directory, oldest, newest: newest?.crank ?? null, hash: newest?.hash ?? null };
    report(context, result, () => [
      newest === undefined || oldest === null
        ? 'no history is kept'
        : `cranks ${formatNumber(oldest)} to ${formatNumber(newest.crank)}`,
    ]);
    return EXIT.done;
  });
