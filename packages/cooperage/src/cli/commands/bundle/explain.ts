import { writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { type Bundle, contentsOf } from '@cooperage/bundler';
import { CooperageError, messageOf } from '@cooperage/types';
import { type CommandContext, EXIT, type ExitCode, report } from '../../command.js';
import { formatTable } from '../../text/table.js';
import { countOf, formatNumber } from '../../text/words.js';
import { titleOf } from '../../treemap/layout.js';
import { shareOf, treemapPage } from '../../treemap/page.js';

/**
 * Says what a bundle consists of: a line for each package, and a page with all modules as a picture.
 *
 * @param source the path of the vat's module
 * @param page   the path of the page
 */
export const explainBundle = async (
  context: CommandContext,
  source: string,
  { text, id }: Bundle,
  page: string,
): Promise<ExitCode> => {
  const contents = contentsOf(text, source);
  const { characters, packages } = contents;
  const installed = packages.filter((each) => each.name !== undefined).length;
  const name = relative(process.cwd(), source) || source;
  await writeFile(page, treemapPage(name, id, contents)).catch((cause: unknown) => {
    throw new CooperageError('BAD_ARGUMENT', `cannot write ${page}: ${messageOf(cause)}`, {
      cause,
    });
  });
  report(context, { source, id, page, ...contents }, () => [
    `${name}: ${formatNumber(characters)} characters, ${countOf(installed, 'package')}`,
    '',
    ...formatTable(
      ['package', 'modules', 'characters', 'share'],
      packages.map((each) => [
        titleOf(each),
        each.modules.length,
        each.characters,
        shareOf(each.characters, characters),
      ]),
    ),
    '',
    `${page} shows each module, as a picture and a table.`,
  ]);
  return EXIT.done;
};
