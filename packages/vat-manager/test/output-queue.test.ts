import { expect, test } from 'vitest';
import type { Output } from '@cooperage/kernel';
import { makeOutputQueue } from '../src/runner/output-queue.js';

const OUTPUT = ['notify', 'kp1'] as unknown as Output;

const setUp = () => {
  const store = { filling: 1, durable: 0 };
  const handed: number[] = [];
  const queue = makeOutputQueue({
    store,
    find: () => OUTPUT,
    onOutput: (number) => {
      handed.push(number);
      return 'foreground';
    },
  });
  return { store, handed, queue };
};

const never = (): boolean => false;

test('outputs are released in order when their group is durable', () => {
  const { store, handed, queue } = setUp();
  queue.add(1);
  queue.add(2, 2);
  expect(queue.release(never)).toBe(false);
  expect([handed, queue.waiting, queue.isIdle, queue.open]).toEqual([[], true, false, 2]);
  store.durable = 1;
  expect(queue.release(never)).toBe(false);
  expect([handed, queue.waiting, queue.open]).toEqual([[1], true, 2]);
  store.durable = 2;
  queue.release(never);
  expect([handed, queue.waiting]).toEqual([[1, 2], false]);
  queue.settled(1);
  queue.settled(2);
  expect([queue.isIdle, queue.open]).toEqual([true, 0]);
});

test('of many outputs the rest is released later, before newer ones', () => {
  const { store, handed, queue } = setUp();
  for (let number = 1; number <= 10; number += 1) queue.add(number);
  store.durable = 1;
  let left = 3;
  const isOver = (): boolean => (left -= 1) < 0;
  expect(queue.release(isOver)).toBe(true);
  // Durable already: no commit has to be waited for.
  expect([handed, queue.waiting, queue.isIdle, queue.open]).toEqual([[1, 2, 3], false, false, 10]);
  store.filling = 2;
  queue.add(11);
  expect(queue.waiting).toBe(true);
  expect(queue.release(never)).toBe(false);
  expect(handed).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  store.durable = 2;
  queue.release(never);
  expect(handed.at(-1)).toBe(11);
});

test('an output that is handed over in slices comes whole before the next one', () => {
  const done: string[] = [];
  const queue = makeOutputQueue({
    store: { filling: 2, durable: 1 },
    find: () => OUTPUT,
    *onOutput(number) {
      done.push(`${number} begins`);
      yield;
      yield;
      done.push(`${number} ends`);
      return 'background';
    },
  });
  queue.add(1, 1);
  queue.add(2, 1);
  let left = 0;
  const isOver = (): boolean => (left -= 1) < 0;
  left = 1;
  expect(queue.release(isOver)).toBe(true);
  expect([done, queue.open, queue.isIdle]).toEqual([['1 begins'], 2, false]);
  left = 1;
  expect(queue.release(isOver)).toBe(true);
  expect(done).toEqual(['1 begins', '1 ends']);
  expect(queue.release(never)).toBe(false);
  expect(done).toEqual(['1 begins', '1 ends', '2 begins', '2 ends']);
  expect([queue.open, queue.isIdle]).toEqual([2, true]);
});
