/** What a vat's module exports instead of its root is told when it is bundled. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeBundler } from '../src/index.js';

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cooperage-root-'));
  await writeFile(join(folder, 'other.js'), 'export const buildRootObject = { a: 1 };');
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** @returns what is said of it, or undefined if it is bundled */
const said = async (text: string, name = 'vat.js'): Promise<string | undefined> => {
  const entry = join(folder, name);
  await writeFile(entry, text);
  return makeBundler({ cacheDirectory: join(folder, 'cache') })
    .bundle(entry)
    .then(
      () => undefined,
      ({ message }: Error) => message.replaceAll(`${folder}/`, ''),
    );
};

test.each([
  [
    'misspelt',
    '// a\nexport const buildRootobject = () => 1;',
    /^vat\.js:2:14: .*"buildRootobject": did you mean buildRootObject\?/,
  ],
  [
    'cut off',
    'const a = () => 1;\nexport { a as buildRoot };',
    /^vat\.js:2:15: .*did you mean buildRootObject\?/,
  ],
  [
    'with two letters exchanged',
    'export function biuldRootObject() {}',
    /^vat\.js:1:17: .*did you mean/,
  ],
  [
    'an object',
    '\nexport const buildRootObject = { a: 1 };',
    /^vat\.js:2:14: buildRootObject is an object, and must be a function/,
  ],
  [
    'a remotable',
    'export const buildRootObject = Far("root", {});',
    /^vat\.js:1:14: buildRootObject is what Far\(\) returns/,
  ],
  [
    'a class',
    'class A {}\nexport { A as buildRootObject };',
    /^vat\.js:2:15: buildRootObject is a class/,
  ],
  [
    'a number',
    'const n = 3; export const buildRootObject = n;',
    /^vat\.js:1:27: buildRootObject is a number/,
  ],
  [
    'an object of another module',
    'export * from "./other.js";',
    /^vat\.js: buildRootObject is an object/,
  ],
  ['the default', '\n\nexport default () => 1;', /^vat\.js:3:1: .*has a default export only/],
  [
    'of CommonJS',
    'const a = () => 1;\nexports.buildRootObject = a;',
    /^vat\.js:2:1: .*as CommonJS does/,
  ],
  [
    'of CommonJS, all at once',
    'module.exports = { buildRootObject: () => 1 };',
    /^vat\.js:1:1: .*as CommonJS does/,
  ],
  [
    'nothing',
    'export {};',
    /^vat\.js: this module exports nothing; a vat's module exports the function buildRootObject/,
  ],
])('a root that is %s is refused with its place', async (_, text, message) => {
  expect(await said(text)).toMatch(message);
});

test('in TypeScript, the place is that in the author’s text', async () => {
  const text =
    'interface A { a: string }\nexport enum Kind { A }\nexport const buildRootObjects = (a: A) => a;';
  expect(await said(text, 'vat.ts')).toMatch(/^vat\.ts:3:14: .*did you mean/);
});

test.each([
  ['a function', 'export function buildRootObject() {}'],
  [
    'what another module makes',
    'const make = () => () => 1; export const buildRootObject = make();',
  ],
  ['code that a vat evaluates', 'export const start = () => 1; export default start;'],
])('%s is bundled', async (_, text) => {
  expect(await said(text)).toBeUndefined();
});
