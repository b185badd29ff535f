import type { TextFile } from '../repository.js';

/**
 * What a fenced block is. The words after the language say so:
 *
 * * ` ```js `, ` ```ts `: a program; it runs to its end in Node, in the folder of its document.
 * * ` ```js file=vat.js `: a file for the programs of the same document.
 * * ` ```js vat `: the source of a vat; a kernel starts it.
 * * ` ```js vat upgrade `: the same; the vat of the block before it is upgraded to it.
 * * ` ```ts test `: a test file; vitest runs it.
 *
 * A block under a comment `<!-- vat … -->` is run, with what the comment says of it, by the tests of liveslots; one under
 * `<!-- database -->` by the tests of the package, which have one.
 */
export type SnippetKind = 'program' | 'file' | 'vat' | 'upgrade' | 'test';

export interface Snippet {
  readonly kind: SnippetKind;
  /** Where the block begins: `docs/guide.md:12`. */
  readonly place: string;
  /** The name of its file, inside the folder of its document. */
  readonly file: string;
  readonly text: string;
}

const kindOf = (words: readonly string[]): SnippetKind | undefined => {
  const [first, second] = words;
  if (first === undefined) return 'program';
  if (first === 'test') return 'test';
  if (first === 'vat') return second === 'upgrade' ? 'upgrade' : 'vat';
  return first.startsWith('file=') ? 'file' : undefined;
};

const ENDINGS = { program: '.mjs', vat: '.js', upgrade: '.js', test: '.test.ts' } as const;

const fileOf = (kind: SnippetKind, words: readonly string[], line: number, language: string) => {
  if (kind === 'file') return (words[0] as string).slice('file='.length);
  const ending = language === 'ts' && kind !== 'test' ? '.ts' : ENDINGS[kind];
  return `line-${line}${ending}`;
};

const CODE = /^(?:import .* from '|(?:export )?const .* = await )/;

/** Blocks of another language that are JavaScript: they would not be run. */
export const hiddenPrograms = ({ path, text }: TextFile): string[] => {
  const lines = text.split('\n');
  const places: string[] = [];
  let language: string | undefined;
  let begin = 0;
  lines.forEach((line, i) => {
    const fence = /^ *```(\w*)/.exec(line);
    if (fence !== null) {
      language = language === undefined ? fence[1] : undefined;
      begin = i + 1;
    } else if (language !== undefined && !['js', 'ts'].includes(language) && CODE.test(line)) {
      places.push(`${path}:${begin}: a block of "${language}" is JavaScript: name it js or ts`);
      language = 'js';
    }
  });
  return places;
};

/**
 * The blocks of a Markdown document that are JavaScript or TypeScript.
 * @throws {Error} if a block says of itself what no block can be
 */
export const snippetsOf = ({ path, text }: TextFile): Snippet[] => {
  const snippets: Snippet[] = [];
  const lines = text.split('\n');
  for (let i = 0; i < lines.length; i += 1) {
    const fence = /^( *)```(\w*) *(.*)$/.exec(lines[i] as string);
    if (fence === null) continue;
    const [, indent, language, info] = fence as unknown as [string, string, string, string];
    const end = lines.indexOf(`${indent}\`\`\``, i + 1);
    if (end < 0) throw Error(`${path}:${i + 1}: the block is not closed`);
    const before = lines.slice(0, i).findLast((line) => line !== '') ?? '';
    const isRunElsewhere = /^<!-- (?:vat |database -->)/.test(before);
    if ((language === 'js' || language === 'ts') && !isRunElsewhere) {
      const words = info.split(' ').filter((word) => word !== '');
      const kind = kindOf(words);
      const place = `${path}:${i + 1}`;
      if (kind === undefined) throw Error(`${place}: "${info}" is no kind of block`);
      snippets.push({
        kind,
        place,
        file: fileOf(kind, words, i + 1, language),
        text: `${lines.slice(i + 1, end).join('\n')}\n`,
      });
    }
    i = end;
  }
  return snippets;
};
