/** A thread that is asked where it is goes on afterwards, whatever it did meanwhile. */
import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findRunningPlace } from '../src/watch/running-place.js';

/** Turns until the host says so, then answers. */
const CODE = `
const { parentPort } = require('node:worker_threads');
const untilTold = (signal) => {
  Atomics.store(signal, 1, 1);
  while (Atomics.load(signal, 0) === 0) Math.sqrt(2);
};
parentPort.on('message', ({ wait, signal }) => {
  if (wait) {
    Atomics.store(signal, 1, 1);
    Atomics.wait(signal, 0, 0);
  } else untilTold(signal);
  parentPort.postMessage('done');
});`;

let worker: Worker;
beforeEach(async () => {
  worker = new Worker(CODE, { eval: true });
  await once(worker, 'online');
});
afterEach(async () => worker.terminate());

const begin = async (wait: boolean, told = false) => {
  const signal = new Int32Array(new SharedArrayBuffer(8));
  if (told) Atomics.store(signal, 0, 1);
  const done = once(worker, 'message');
  worker.postMessage({ wait, signal });
  while (Atomics.load(signal, 1) === 0) await nextTurn();
  return {
    end: async (): Promise<unknown> => {
      Atomics.store(signal, 0, 1);
      Atomics.notify(signal, 0);
      return (await done)[0];
    },
  };
};
const works = async (): Promise<unknown> => (await begin(false, true)).end();

test('one that turns in its code says the function, and turns on', async () => {
  const turning = await begin(false);
  expect(await findRunningPlace(worker, 60_000)).toContain('untilTold');
  expect(await turning.end()).toBe('done');
  expect(await works()).toBe('done');
});

test('one that runs nothing is not stopped in what it runs next', async () => {
  expect(await works()).toBe('done');
  expect(await findRunningPlace(worker, 1)).toBeUndefined();
  expect(await works()).toBe('done');
});

test('nor is one that was in a built-in function until nobody asked any more', async () => {
  const waiting = await begin(true);
  expect(await findRunningPlace(worker, 1)).toBeUndefined();
  expect(await waiting.end()).toBe('done');
  expect(await works()).toBe('done');
});

test('one that ends meanwhile says nothing', async () => {
  await begin(true);
  const place = findRunningPlace(worker, 3_600_000);
  await worker.terminate();
  expect(await place).toBeUndefined();
});
