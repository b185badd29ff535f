import { expect, test } from 'vitest';
import { closest, thereAre } from '../../src/options/suggestion.js';

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

test('what there is instead of a name that nothing has', () => {
  expect(thereAre('windw', known.slice(0, 2))).toBe(' (there are: source, bundle)');
  expect(thereAre('bundel', ['bundle'])).toBe('; did you mean "bundle"? (there are: bundle)');
  expect(thereAre('any', [])).toBe(' (there are: none)');
  const many = Array.from({ length: 25 }, (_, i) => `vat number ${i}`);
  expect(thereAre('any', many)).toMatch(/vat number 19 and 5 more\)$/);
});
