/** What the host releases, no row of the kernel keeps. */
import { makeKernelTables } from '@cooperage/kernel';
import type { KObject } from '@cooperage/types';
import { expect, test } from 'vitest';
import type { CooperageKernel, KernelRef } from '../src/index.js';
import { fixture, openForTest } from './helpers.js';

type Ways = Readonly<Record<string, (kernel: CooperageKernel) => Promise<KernelRef>>>;

const give = async ({ send }: CooperageKernel, method = 'give'): Promise<KernelRef> =>
  (await send('giver', method)) as KernelRef;

const ways: Ways = {
  'at once': async (kernel) => {
    const ref = await give(kernel);
    ref.release();
    return ref;
  },
  'when the kernel is at rest, and the promise of the answer is gone': async (kernel) => {
    const ref = await give(kernel, 'giveKept');
    await kernel.run();
    ref.release();
    return ref;
  },
  'once too often': async (kernel) => {
    const ref = await give(kernel);
    ref.release();
    ref.release();
    return ref;
  },
  'after it was used and retained': async (kernel) => {
    const ref = await give(kernel);
    ref.retain();
    await ref.send('hello');
    ref.release();
    await kernel.run();
    ref.release();
    return ref;
  },
  'out of a promise in data': async (kernel) => {
    const [promise] = (await kernel.send('giver', 'givePromise')) as [Promise<KernelRef>];
    await kernel.run();
    const ref = await promise;
    ref.release();
    return ref;
  },
  'after it was passed on': async (kernel) => {
    const ref = await give(kernel);
    await kernel.send('giver', 'take', [ref]);
    ref.release();
    return ref;
  },
};

test.each(['arrival', 'issue'] as const)('in %s order', async (order) => {
  const vats = { giver: { source: fixture('giver-vat.js') } };
  const kernel = await openForTest({ config: { vats }, order });
  // Promises in data are settled while nothing waits for them.
  kernel.start();
  for (const [way, release] of Object.entries(ways)) {
    const kref = (await release(kernel)).kref() as KObject;
    await kernel.run();
    const { rows } = makeKernelTables(kernel.store.tables);
    expect([way, rows.get(kref), rows.get(`pin.${kref}`)]).toEqual([way, undefined, undefined]);
    expect([way, ...rows.keys('kp', 'kq')]).toEqual([way]);
  }
});
