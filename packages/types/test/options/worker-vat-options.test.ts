import { expect, test } from 'vitest';
import { completeVatOptions, type VatOptions, workerVatOptions } from '../../src/index.js';

const bundleID = `b1-${'0'.repeat(128)}` as VatOptions['bundleID'];
const make = (more: Partial<VatOptions>): VatOptions => ({
  ...completeVatOptions({ crankTimeLimit: 5, inboxLimit: 7 }),
  name: 'bob',
  bundleID,
  ...more,
});

test('a worker is told what concerns it, and no more', () => {
  const told = { ownThread: false, crankTimeLimit: 5, liveslots: 'cooperage' };
  expect(workerVatOptions(make({}))).toEqual(told);
  const more = { engine: 'quickjs', memoryLimit: 9, computronLimit: 3 } as const;
  expect(workerVatOptions(make(more))).toEqual({ ...told, ...more });
});

test('a vat with a meter is counted, also without a limit of its own', () => {
  const meter = 'ko3' as NonNullable<VatOptions['meter']>;
  const { MAX_SAFE_INTEGER } = Number;
  expect(workerVatOptions(make({ meter })).computronLimit).toBe(MAX_SAFE_INTEGER);
  expect(workerVatOptions(make({ meter, computronLimit: 3 })).computronLimit).toBe(3);
});
