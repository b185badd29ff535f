import type { Worker } from 'node:worker_threads';
import { makeQuickJSWorkerHost } from '@cooperage/worker-quickjs';
import type { HeapImage, VatWorkerHost } from '@cooperage/types';
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { bundleOf, hashOf, openVat, type TestVat } from './helpers/vat.js';

const bundle = bundleOf('{ count: () => (count += 1) }', 'let count = 0;');

/** How many threads were started since the test began. */
let started = 0;
beforeEach(() => {
  started = 0;
  const count = (_: Worker): void => {
    started += 1;
  };
  process.on('worker', count);
  onTestFinished(() => {
    process.off('worker', count);
  });
});

const hostOf = (threads: number): VatWorkerHost => {
  const host = makeQuickJSWorkerHost({ threads });
  onTestFinished(() => host.stop());
  return host;
};
const openAsked = async (host: VatWorkerHost): Promise<TestVat> => {
  const vat = openVat(host, { bundle });
  expect(await vat.value('count')).toBe(1);
  return vat;
};

it('where all threads run vats, one more is started ahead, up to as many as there may be', async () => {
  const host = hostOf(3);
  const first = openVat(host, { bundle });
  // The first vat does not have to share the processor with a thread that nobody needs yet.
  await new Promise<void>((resolve) => process.nextTick(resolve));
  expect(started).toBe(1);
  expect(await first.value('count')).toBe(1);
  await vi.waitUntil(() => started === 2, { timeout: 60_000 });
  const second = await openAsked(host);
  await vi.waitUntil(() => started === 3, { timeout: 60_000 });
  const others = await Promise.all([openAsked(host), openAsked(host), openAsked(host)]);
  expect(started).toBe(3);
  await Promise.all([first, second, ...others].map((vat) => vat.stop()));
});

it('one thread stays one', async () => {
  const host = hostOf(1);
  for (let i = 0; i < 3; i += 1) await openAsked(host);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(started).toBe(1);
});

it('a heap that stood ready is like any other, byte for byte', async () => {
  const host = hostOf(2);
  const first = await openAsked(host);
  await vi.waitUntil(() => started === 2, { timeout: 60_000 });
  // Time to prepare its machine; if that is not enough, the heap is made when the vat starts.
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const second = await openAsked(host);
  const images = await Promise.all([first, second].map((vat) => vat.snapshot()));
  const [one, other] = images.map((image) => hashOf((image as HeapImage).bytes));
  expect(one).toBe(other);
});
