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

const begin = async (wait: boolean, { told = false, of = worker } = {}) => {
  const signal = new Int32Array(new SharedArrayBuffer(8));
  if (told) Atomics.store(signal, 0, 1);
  const done = once(of, 'message');
  of.postMessage({ wait, signal });
  while (Atomics.load(signal, 1) === 0) await nextTurn();
  return {
    end: async (): Promise<unknown> => {
      Atomics.store(signal, 0, 1);
      Atomics.notify(signal, 0);
      return (await done)[0];
    },
  };
};
const works = async (): Promise<unknown> => (await begin(false, { told: true })).end();

test('one that turns in its code says the function, and turns on', async () => {
  const turning = await begin(false);
  expect(await findRunningPlace(worker, 60_000)).toContain('untilTold');
  expect(await turning.end()).toBe('done');
  expect(await works()).toBe('done');
});

test('one of several threads says it, and so does each that is asked later', async () => {
  const turning = await begin(false);
  const other = new Worker(CODE.replaceAll('untilTold', 'inTheOther'), { eval: true });
  try {
    await once(other, 'online');
    await begin(false, { of: other });
    expect(await findRunningPlace(other, 60_000)).toContain('inTheOther');
    expect(await findRunningPlace(worker, 60_000)).toContain('untilTold');
  } finally {
    await other.terminate();
  }
  expect(await turning.end()).toBe('done');
});

test('one that runs nothing is not stopped in what it runs next', async () => {
  expect(await works()).toBe('done');
  expect(await findRunningPlace(worker, 1)).toBeUndefined();
  expect(await works()).toBe('done');
});

test('nor is one that stays in a built-in function until the wait for its answer is over', async () => {
  const waiting = await begin(true);
  expect(await findRunningPlace(worker, 1)).toBeUndefined();
  expect(await waiting.end()).toBe('done');
  expect(await works()).toBe('done');
});

test('one that ends meanwhile is not waited for', async () => {
  await begin(true);
  const place = findRunningPlace(worker, 3_600_000);
  await worker.terminate();
  // It may have said it before it ended.
  expect([undefined, expect.stringContaining('[worker eval]')]).toContainEqual(await place);
});
