import { expect, test } from 'vitest';
import { findCircles } from '../src/garbage/circles.js';

const graph = (text: string): Map<string, string[]> =>
  new Map(text.split(' ').map((each) => [each[0] as string, [...each.slice(2)]]));

test.each([
  ['a:b b:c c:', []],
  ['a:b b:a', ['ab']],
  ['a:a b:', ['a']],
  ['a:bc b:d c:d d:a e:a', ['abcd']],
  ['a:b b:ac c:d d:c', ['ab', 'cd']],
])('in %s the circles are %j', (text, expected) => {
  const links = graph(text);
  const circles = findCircles(links.keys(), (node) => links.get(node) ?? []);
  expect(circles.map((members) => members.sort().join('')).sort()).toEqual(expected);
});

test('a circle may be long', () => {
  const size = 100_000;
  const [circle] = findCircles([0], (node) => [(node + 1) % size]);
  expect(circle).toHaveLength(size);
});
