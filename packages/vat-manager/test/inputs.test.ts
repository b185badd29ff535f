import type { Host } from '@cooperage/kernel';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { makeInputs } from '../src/runner/inputs.js';

const host = {} as Host;

/** Takes a millisecond of the thread. */
const work = (): void => {
  const until = performance.now() + 1;
  while (performance.now() < until);
};

test('inputs that come in one turn of the event loop leave room for others', async () => {
  let changes = 0;
  const inputs = makeInputs({
    isRetiring: () => false,
    make: (act) => act(host),
    changed: () => {
      changes += 1;
    },
  });
  const made: number[] = [];
  const all = Array.from({ length: 100 }, (_, i) =>
    inputs.prepared(() => {
      work();
      return () => void made.push(i);
    }),
  );
  expect(made.length).toBeGreaterThan(0);
  expect(made.length).toBeLessThan(100);
  expect(inputs.isFree).toBe(false);
  expect(changes).toBe(100 - made.length);
  await turn();
  inputs.makeWaiting(() => false);
  await Promise.all(all);
  expect(made).toEqual(all.map((_, i) => i));
  expect(inputs.isFree).toBe(true);
});
