import { expect, test } from 'vitest';
import { folderSize, maxFiles } from '../src/rules/code/folder-size.js';
import {
  functionLength,
  known as knownFunctions,
  maxLinesWithParts,
  maxOwnLines,
} from '../src/rules/code/function-length.js';
import { makeRepository } from './made-up.js';

const lines = (count: number): string => '  x();\n'.repeat(count);
const lengthsOf = (text: string, path = 'packages/kernel/src/a.ts') =>
  functionLength(makeRepository([], { files: { [path]: text } }));

test('a function with one line too many is reported with its name', () => {
  expect(lengthsOf(`const f = () => {\n${lines(maxOwnLines - 2)}};`)).toEqual([]);
  expect(lengthsOf(`const f = () => {\n${lines(maxOwnLines - 1)}};`)).toEqual([
    'packages/kernel/src/a.ts:1: f has 81 lines of its own',
  ]);
});

test('lines of the functions inside count once, and for the whole', () => {
  const part = `  const part = () => {\n${lines(60)}  };\n`;
  expect(lengthsOf(`const make = () => {\n${part.repeat(4)}};`)).toEqual([]);
  const found = lengthsOf(`const make = () => {\n${part.repeat(5)}};`);
  expect(found).toEqual(['packages/kernel/src/a.ts:1: make has 312 lines with its parts']);
  expect(312).toBeGreaterThan(maxLinesWithParts);
});

test('a function that is known to be long is reported when it is short now', () => {
  const [id] = Object.keys(knownFunctions) as [string];
  const [path = '', name = ''] = id.split('#');
  expect(lengthsOf(`const ${name} = () => 1;`, path)).toEqual([
    `${id}: is short now; take it out of the list in function-length.ts`,
  ]);
});

const folderOf = (folder: string, count: number) =>
  folderSize(
    makeRepository([], {
      files: Object.fromEntries(Array.from({ length: count }, (_, i) => [`${folder}/${i}.ts`, ''])),
    }),
  );

test('a folder with one file too many is reported', () => {
  expect(folderOf('packages/kernel/src/x', maxFiles)).toEqual([]);
  expect(folderOf('packages/kernel/src/x', maxFiles + 1)).toEqual([
    'packages/kernel/src/x: 16 files, more than 15: give its parts folders',
  ]);
});
