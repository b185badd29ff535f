import type { Rule, TextFile } from '../../repository.js';

export const maxColumns = 100;

/** Numbers of the lines that hold prose: neither code, nor rows of tables, nor comments. */
const proseLines = ({ text }: TextFile): [number, string][] => {
  let inCode = false;
  return text.split('\n').flatMap((line, i): [number, string][] => {
    const isFence = line.trimStart().startsWith('```');
    if (isFence) inCode = !inCode;
    const isProse = !inCode && !isFence && !line.startsWith('|') && !line.startsWith('<!--');
    return isProse ? [[i + 1, line]] : [];
  });
};

/** Outside of code and links, a line is broken at blanks. */
const canBreak = (line: string): boolean =>
  line
    .replaceAll(/`[^`]*`/g, 'code')
    .replaceAll(/\[[^\]]*\]\([^)]*\)/g, 'link')
    .trim()
    .replace(/^[*#>-]+ +/, '')
    .includes(' ');

/** Prose is wrapped, so that a change of one word is a change of one line. */
export const documentWidth: Rule = ({ documents }) =>
  documents.flatMap((document) =>
    proseLines(document)
      .filter(([, line]) => [...line].length > maxColumns && canBreak(line))
      .map(
        ([n]) =>
          `${document.path}:${n}: is wider than ${maxColumns} columns; npm run wrap -- ${document.path}`,
      ),
  );
