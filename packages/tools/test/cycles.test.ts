import { expect, test } from 'vitest';
import { findCycles } from '../src/garbage/cycles.js';

const graph = (text: string): Map<string, string[]> =>
  new Map(text.split(' ').map((each) => [each[0] as string, [...each.slice(2)]]));

test.each([
  ['a:b b:c c:', []],
  ['a:b b:a', ['ab']],
  ['a:a b:', ['a']],
  ['a:bc b:d c:d d:a e:a', ['abcd']],
  ['a:b b:ac c:d d:c', ['ab', 'cd']],
])('in %s the cycles are %j', (text, expected) => {
  const links = graph(text);
  const cycles = findCycles(links.keys(), (node) => links.get(node) ?? []);
  expect(cycles.map((members) => members.sort().join('')).sort()).toEqual(expected);
});

test('a cycle may be long', () => {
  const size = 100_000;
  const [cycle] = findCycles([0], (node) => [(node + 1) % size]);
  expect(cycle).toHaveLength(size);
});
