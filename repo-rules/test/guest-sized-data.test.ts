import { expect, test } from 'vitest';
import { guestSizedData } from '../src/rules/code/guest-sized-data.js';
import { makeRepository } from './made-up.js';

const check = (path: string, text: string): string[] =>
  guestSizedData(makeRepository([], { files: { [path]: text } }));

test.each([
  ['list.push(...other);', 'may not be spread'],
  ['Math.max(...sizes);', 'may not be spread'],
  ['String.fromCharCode(...codes);', 'may not be spread'],
  ['new Thing(...parts);', 'may not be spread'],
  ['const f = (args: string[]) => g(...args);', 'may not be spread'],
  ['const re = /^a(?:b|c)*$/;', 'may not repeat'],
  ['const re = /[a-z]+/;', 'may not repeat'],
  ['const re = /a{3,}/;', 'may not repeat'],
  ['const re = new RegExp(text);', 'may not repeat'],
  ['const f = (...args: string[]) => g(...args);', undefined],
  ['const list = [...a, ...b];', undefined],
  ['const all = { ...a };', undefined],
  ['const re = /^[a*+]{1,16}\\+\\*?$/;', undefined],
])('where guests decide how long data are: %s', (text, message) => {
  const path = 'packages/kernel/src/a.ts';
  const found = check(path, text);
  if (message === undefined) expect(found).toEqual([]);
  else expect(found.join('\n')).toMatch(new RegExp(`^${path}:1: .*${message}`));
});

test('what runs in a vat or for an operator may', () => {
  expect(check('packages/cooperage/src/cli/a.ts', 'f(...a); /a*/.test(b);')).toEqual([]);
});
