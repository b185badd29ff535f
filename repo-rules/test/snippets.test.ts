import { describe, expect, test } from 'vitest';
import { readRepository } from '../src/read-repository.js';
import { runSnippets } from '../src/snippets/run-snippets.js';
import { hiddenPrograms, snippetsOf } from '../src/snippets/snippets.js';

const block = (info: string, ...lines: string[]): string =>
  ['Text.', '', `\`\`\`${info}`, ...lines, '```', ''].join('\n');

describe('the blocks of a document', () => {
  test('are programs, files, vats and tests by the words after the language', () => {
    const text = [
      block('js', 'a();'),
      block('js file=vat.js', 'b();'),
      block('ts vat', 'c();'),
      block('js vat upgrade', 'd();'),
      block('ts test', 'e();'),
      block('json', '{}'),
    ].join('');
    expect(snippetsOf({ path: 'x.md', text }).map(({ kind, file }) => [kind, file])).toEqual([
      ['program', 'line-3.mjs'],
      ['file', 'vat.js'],
      ['vat', 'line-13.ts'],
      ['upgrade', 'line-18.js'],
      ['test', 'line-23.test.ts'],
    ]);
  });

  test('are refused with their place where they say what no block can be', () => {
    const read = (text: string) => () => snippetsOf({ path: 'x.md', text });
    expect(read(block('js vta', ''))).toThrow('x.md:3: "vta" is no kind of block');
    expect(read('```js\n')).toThrow('x.md:1: the block is not closed');
  });

  test('that are programs under another name are reported', () => {
    const program = "import { a } from 'b';";
    expect(hiddenPrograms({ path: 'x.md', text: block('text', program, 'a();') })).toEqual([
      'x.md:3: a block of "text" is JavaScript: name it js or ts',
    ]);
    expect(hiddenPrograms({ path: 'x.md', text: block('js', program) })).toEqual([]);
    expect(hiddenPrograms({ path: 'x.md', text: block('text', 'a └─ b') })).toEqual([]);
  });

  test('fail with their place and what they printed', async () => {
    const text = block('js', "console.log('so far');", "throw Error('no further');");
    const failures = await runSnippets(snippetsOf({ path: 'x.md', text }));
    expect(failures).toHaveLength(1);
    expect(failures[0]).toMatch(/^x\.md:3: exit code 1\nso far\n[^]*no further/);
  });
});

const pages = readRepository().documents.filter(({ path }) => !path.startsWith('docs/adr/'));
const documents = pages.map((file) => [file.path, snippetsOf(file)] as const);

test('no program hides under another language', () => {
  expect(pages.flatMap(hiddenPrograms)).toEqual([]);
});

describe('every JavaScript and TypeScript block runs', () => {
  test.each(documents.filter(([, snippets]) => snippets.length > 0))(
    'in %s',
    async (_path, snippets) => {
      expect(await runSnippets(snippets)).toEqual([]);
    },
  );
});
