/** A kernel alone, over a store in memory; the test plays the vat manager. */
import { makeKernelStore, makeMemoryBackend } from '@cooperage/store';
import type { CapData, KRef, VatOptions } from '@cooperage/types';
import { type Kernel, makeKernel } from '../src/kernel.js';

export const NOTHING: CapData<never> = { body: '#"#undefined"', slots: [] };

export const OPTIONS: VatOptions = {
  name: 'a vat',
  bundleID: `b1-${'0'.repeat(128)}` as never,
  window: 1,
  ownThread: false,
  crankTimeLimit: 1_000,
  liveslots: 'cooperage',
};

export const call = (method: string, ...slots: KRef[]): CapData<KRef> => ({
  body: `#${JSON.stringify([method, slots.map((slot, i) => `${slot.startsWith('kp') ? '&' : '$'}${i}`)])}`,
  slots,
});

export interface TestKernel extends Kernel {
  /** One crank. */
  crank<T>(act: () => T): T;
  keys(start: string, end: string): string[];
}

export const makeTestKernel = (): TestKernel => {
  const { tables: rows } = makeKernelStore(makeMemoryBackend());
  const kernel = makeKernel(rows);
  return {
    ...kernel,
    keys: (start, end) => [...rows.keys(start, end)],
    crank: (act) => kernel.cranks.run(act),
  };
};
