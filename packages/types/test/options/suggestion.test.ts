import { expect, test } from 'vitest';
import { closest } from '../../src/options/suggestion.js';

const known = ['source', 'bundle', 'parameters', 'window', 'ownThread', 'crankTimeLimit'];

test.each([
  ['windw', 'window'],
  ['widnow', 'window'],
  ['ownthread', 'ownThread'],
  ['params', undefined],
  ['param', 'parameters'],
  ['parameter', 'parameters'],
  ['cranktimelimit', 'crankTimeLimit'],
  ['xyz', undefined],
  ['', undefined],
])('%j was probably meant to be %j', (word, meant) => {
  expect(closest(word, known)).toBe(meant);
});
