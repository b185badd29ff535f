import { expect, test } from 'vitest';
import { decisionsShaped } from '../src/rules/documents/decisions.js';
import { documentWidth, maxColumns } from '../src/rules/documents/document-width.js';
import { readmeIndex } from '../src/rules/documents/readme-index.js';
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

const sections = '## Context\n\n## Decision\n\n## Consequences and rejected alternatives\n';
const good = `# 0001: Do it\n\nStatus: accepted\n\n${sections}`;
const decide = (page: string, rows = '| [0001](0001-do-it.md) | Do it | accepted |') =>
  decisionsShaped(
    makeRepository([], {
      decisions: { 'docs/adr/README.md': rows, 'docs/adr/0001-do-it.md': page },
    }),
  );

test('a decision in the shape of the template, and listed, is as it should be', () => {
  expect(decide(good)).toEqual([]);
});

test.each([
  ['its number is missing', good.replace('0001: ', '1. '), 'begins with'],
  ['its title is a riddle', good.replace('Do it', 'Who does it does not show'), 'its title is'],
  ['its status is none of those', good.replace('accepted', 'done'), 'its status is'],
  ['a section has another name', good.replace('Context', 'Background'), 'has the sections'],
  ['a section is missing', good.replace('## Decision\n\n', ''), 'has the sections'],
])('a decision is reported if %s', (_what, page, problem) => {
  expect(decide(page)[0]).toContain(`docs/adr/0001-do-it.md: ${problem}`);
});

test('a decision that the index does not list with its title is reported, and so is a link to none', () => {
  expect(decide(good, '[0001](0001-do-it.md) [0003](0003-c.md)')).toEqual([
    'docs/adr/README.md: does not list 0001-do-it.md as "Do it"',
    'docs/adr/README.md: lists 0003-c.md, which does not exist',
  ]);
});

test('a page or a package that the README does not link is reported', () => {
  const index = (text: string) =>
    readmeIndex({
      ...makeRepository([]),
      documents: [
        { path: 'README.md', text },
        { path: 'docs/page.md', text: '' },
        { path: 'docs/adr/0001-do-it.md', text: '' },
      ],
    });
  expect(index('[page](docs/page.md)')).toEqual([]);
  expect(index('see docs/page.md')).toEqual(['README.md: does not link docs/page.md']);
});
