import { realpath, writeFile } from 'node:fs/promises';
import {
  allowContents,
  type AllowedPackages,
  allowedPackagesFile,
  contentsOf,
  readAllowedPackages,
} from '@cooperage/bundler';
import { CooperageError, messageOf } from '@cooperage/types';
import { type CommandContext, EXIT, type ExitCode, report } from '../../command.js';
import { countOf } from '../../text/words.js';

/** The lines by which one list differs from the other. */
const describe = (before: AllowedPackages, after: AllowedPackages): string[] => [
  ...Object.keys(after).flatMap((key) =>
    Object.hasOwn(before, key)
      ? before[key] === after[key]
        ? []
        : [`  changed  ${key}`]
      : [`  added    ${key}`],
  ),
  ...Object.keys(before).flatMap((key) => (Object.hasOwn(after, key) ? [] : [`  removed  ${key}`])),
];

/**
 * Writes the list of the packages that a vat may have: those that it has now.
 *
 * @param source the path of the vat's module
 * @param text   the bundle that was made of it
 */
export const allowPackages = async (
  context: CommandContext,
  source: string,
  text: string,
): Promise<ExitCode> => {
  // A link leads to the module: the list is looked for beside that.
  const entry = await realpath(source);
  const file = allowedPackagesFile(entry);
  // A list that cannot be read is written anew.
  const before = (await readAllowedPackages(entry).catch(() => undefined)) ?? {};
  const packages = allowContents(contentsOf(text, source));
  await writeFile(file, `${JSON.stringify({ packages }, undefined, 2)}\n`).catch(
    (cause: unknown) => {
      throw new CooperageError('BAD_ARGUMENT', `cannot write ${file}: ${messageOf(cause)}`, {
        cause,
      });
    },
  );
  report(context, { source, file, packages }, () => [
    `${file} allows ${countOf(Object.keys(packages).length, 'package')}`,
    ...describe(before, packages),
  ]);
  return EXIT.done;
};
