import { readFile } from 'node:fs/promises';
import { type BundleDifference, compareBundles } from '@cooperage/bundler';
import { codeOf, CooperageError, messageOf } from '@cooperage/types';
import { type CommandContext, EXIT, type ExitCode, report } from '../../command.js';

const readBundle = async (file: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const reason = codeOf(cause) === 'ENOENT' ? 'it does not exist' : messageOf(cause);
    throw new CooperageError('BUNDLE_NOT_FOUND', `cannot read ${file}: ${reason}`, { cause });
  }
};

const describe = ({ added, removed, changed, isMadeOtherwise }: BundleDifference): string[] =>
  isMadeOtherwise
    ? [
        'The modules are the same, but the script is not: another version of Cooperage made it, or it was edited.',
      ]
    : [
        ...changed.map((label) => `  changed  ${label}`),
        ...added.map((label) => `  added    ${label}`),
        ...removed.map((label) => `  removed  ${label}`),
      ];

/**
 * Compares a bundle in a file with what its module makes now. Exit code 1 where they differ.
 *
 * @param source the path of the vat's module
 * @param made   the text that it makes now
 * @param file   the bundle to be verified
 */
export const verifyBundle = async (
  context: CommandContext,
  source: string,
  made: string,
  file: string,
): Promise<ExitCode> => {
  // `--out -` ends what it prints with a line end.
  const difference = compareBundles((await readBundle(file)).trimEnd(), made, file);
  report(context, { source, file, isSame: difference === undefined, ...difference }, () =>
    difference === undefined
      ? [`${file} is the bundle of ${source}.`]
      : [`${file} is not the bundle of ${source}:`, ...describe(difference)],
  );
  return difference === undefined ? EXIT.done : EXIT.failed;
};
