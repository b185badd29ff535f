import { expect, test } from 'vitest';
import { plainWords } from '../src/rules/documents/plain-words.js';
import { makePackage, makeRepository } from './made-up.js';

const check = (path: string, text: string): string[] =>
  plainWords(makeRepository([makePackage('packages/kernel', { texts: { [path]: text } })]));

test.each([
  '/** Tells whoever waits. */',
  '// Nobody knows.',
  'const words = "to whom";',
  '// It waits for ever.',
])('a riddle in code that ships is reported: %s', (text) => {
  expect(check('packages/kernel/src/a.ts', `\n${text}`)).toHaveLength(1);
  expect(check('packages/kernel/src/a.ts', `\n${text}`)[0]).toContain(
    'packages/kernel/src/a.ts:2: ',
  );
});

test('tests may say what they like', () => {
  expect(check('packages/kernel/test/a.test.ts', '// nobody')).toEqual([]);
});

test('names that contain such a word are none', () => {
  expect(check('packages/kernel/src/a.ts', 'const { anybody, forever, maybeIt } = words;')).toEqual(
    [],
  );
});

test('documents are read, too', () => {
  const documents = [{ path: 'docs/a.md', text: 'The kernel tells somebody.' }];
  expect(plainWords({ ...makeRepository([]), documents })).toEqual([
    'docs/a.md:1: "somebody" is a riddle: name the party (the sender, the caller, no vat)',
  ]);
});
