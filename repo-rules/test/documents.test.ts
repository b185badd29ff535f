import { expect, test } from 'vitest';
import { documentWidth, maxColumns } from '../src/rules/document-width.js';
import { makeRepository } from './made-up.js';

const page = (text: string) => ({
  ...makeRepository([]),
  documents: [{ path: 'docs/page.md', text }],
});

const wide = `${'x'.repeat(maxColumns - 1)} y`;

test('a line of prose that is one column too wide is reported with its place', () => {
  expect(documentWidth(page(wide.slice(1)))).toEqual([]);
  expect(documentWidth(page(`# Page\n\n${wide}\n`))).toEqual([
    'docs/page.md:3: is wider than 100 columns; npm run wrap -- docs/page.md',
  ]);
});

test.each([
  ['code', `\`\`\`\n${wide}\n\`\`\``],
  ['a row of a table', `| ${wide} |`],
  ['a comment', `<!-- ${wide} -->`],
  ['a link, which has no place to break', `* [${'x'.repeat(maxColumns)}](y)`],
  ['code in a line, which is not broken', `(\`${wide}\`).`],
])('%s may be wider', (_what, text) => {
  expect(documentWidth(page(text))).toEqual([]);
});
