import { isShipped, type Rule, type TextFile } from '../../repository.js';

/** Words for which plain English has a subject: the sender, each vat, no vat, always. In pieces, so that this file may name them. */
const WORDS = [
  'who' + 'ever',
  'who' + 'm',
  'no' + 'body',
  'some' + 'body',
  'for e' + 'ver',
  'be i' + 't',
];
const banned = new RegExp(`\\b(?:${WORDS.join('|')})\\b`, 'i');

const isExample = (path: string): boolean => /^examples\/[^/]+\/src\//.test(path);

const linesOf = ({ path, text }: TextFile): string[] =>
  text.split('\n').flatMap((line, index) => {
    const [word] = banned.exec(line) ?? [];
    return word === undefined
      ? []
      : [
          `${path}:${String(index + 1)}: "${word}" is a riddle: name the party (the sender, the caller, no vat)`,
        ];
  });

/** Code that ships, examples and documents name their subjects. */
export const plainWords: Rule = ({ files, documents }) => [
  ...files.filter(({ path }) => isShipped(path) || isExample(path)).flatMap(linesOf),
  ...documents.flatMap(linesOf),
];
