import { expect, test } from 'vitest';
import { purity } from '../src/rules/code/pure-cores.js';
import { makeRepository } from './made-up.js';

const check = (path: string, text: string): string[] =>
  purity(makeRepository([], { files: { [path]: text } }));

const kernelFile = 'packages/kernel/src/a.ts';

test.each([
  ['const f = async () => {};', 'is synchronous'],
  ['class A { async m() {} }', 'is synchronous'],
  ['await x;', 'is synchronous'],
  ['for await (const x of y) {}', 'is synchronous'],
  ['const f = (x: Promise<number>) => x;', 'may not use Promise'],
  ['Promise.resolve(1);', 'may not use Promise'],
  ['const t = Date.now();', 'may not use Date'],
  ['const n = Math.random();', 'may not use Math.random'],
  ["const n = Math['random']();", 'may not use Math.random'],
  ['setTimeout(f, 1);', 'may not use setTimeout'],
  ['queueMicrotask(f);', 'may not use queueMicrotask'],
  ['const e = process.env;', 'may not use process'],
  ['const g = globalThis;', 'may not use globalThis'],
  ["import 'node:fs';", 'may not import node:fs'],
  ["import type { Hash } from 'crypto';", 'may not import crypto'],
  ["import { x } from 'lodash';", 'may not import lodash'],
  ["const x = import('./b.js' as string);", undefined],
])('in a pure core: %s', (text, message) => {
  const found = check(kernelFile, text);
  if (message === undefined) expect(found).toEqual([]);
  else expect(found.join('\n')).toContain(`${kernelFile}:1: a pure core ${message}`);
});

test('a property may have the name of a global', () => {
  const text =
    'interface A { process: B; Promise(): C }\nconst d = { Date: e.process, ...e.Date };';
  expect(check(kernelFile, text)).toEqual([]);
});

test('the contracts and the core itself may be imported', () => {
  expect(check(kernelFile, "import '@cooperage/types';\nimport './b.js';")).toEqual([]);
});

test('a core may not import the effects around it', () => {
  const path = 'packages/kernel/src/a.ts';
  expect(check(path, "import './b.js';\nimport '../c.js';")).toEqual([
    `${path}:2: a pure core may not import ../c.js`,
  ]);
});

test('a shell may have effects', () => {
  expect(check('packages/vat-manager/src/a.ts', 'await Promise.resolve(Date.now());')).toEqual([]);
});
