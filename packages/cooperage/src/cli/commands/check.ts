import { checkStore, makeRepairReport, type StoreCheck } from '@cooperage/tools';
import { type CommandContext, EXIT, type ExitCode, report } from '../command.js';
import { type DirectoryOptions, findDirectory } from '../find-directory.js';
import { flushRunning } from '../operator.js';
import { formatRepairs } from '../text/repairs.js';
import { countOf, harmless } from '../text/words.js';
import { withStore } from '../with-store.js';

export interface CheckOptions extends DirectoryOptions {
  readonly repairReport?: boolean;
}

export const formatCheck = ({ vats, bundles, problems }: StoreCheck): string[] => {
  const looked = `${countOf(vats, 'vat')} and ${countOf(bundles, 'bundle')} checked`;
  if (problems.length === 0) return [`${looked}: no problems`];
  return [
    ...problems.map(({ key, problem }) => harmless(`${key}: ${problem}`)),
    `${looked}: ${countOf(problems.length, 'problem')}; restore the directory from a backup`,
  ];
};

export const checkCommand = async (
  context: CommandContext,
  options: CheckOptions,
): Promise<ExitCode> => {
  await flushRunning(await findDirectory(options));
  return withStore(
    options,
    (store, directory) => {
      const check = checkStore(store);
      if (options.repairReport === true) {
        const repairs = makeRepairReport(store, check);
        report(context, { directory, ...check, repairs }, () => formatRepairs(check, repairs));
      } else {
        report(context, { directory, ...check }, () => formatCheck(check));
      }
      return check.problems.length === 0 ? EXIT.done : EXIT.failed;
    },
    'always',
  );
};
