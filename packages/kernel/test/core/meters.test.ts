/** Meters: what vats may still use, shared and topped up by whoever holds them. */
import { beforeEach, expect, test } from 'vitest';
import type { CapData, KObject, KPromise, KRef, VatID } from '@cooperage/types';
import { makeTestKernel, outputsOf, type TestKernel, vref } from './a-kernel.js';

let kernel: TestKernel;
let meter: KObject;
let vats: VatID[];

const tables = () => kernel.core.kernel.tables;
const settleAll = (): void => {
  for (const number of outputsOf(kernel)) kernel.input((host) => host.settleOutput(number));
};
const send = (target: KRef, body: unknown, ...slots: KRef[]): KPromise =>
  kernel.input((host) => host.send(target, { body: `#${JSON.stringify(body)}`, slots }));
const answer = (kp: KPromise): [string, CapData<KRef>] => [
  tables().promises.get(kp).state,
  tables().promises.getData(kp),
];
const vatAdmin = (): KObject => kernel.input((host) => host.provideVatAdmin());
const rootOf = (vatID: VatID): KObject =>
  tables().cLists.toKernel(vatID, vref('o+0'))?.kref as KObject;

/** Completes the oldest delivery, as an engine would that counts. */
const run = (vatID: VatID, computrons: number, status: readonly string[] = ['ok']) => {
  const n = tables().windows.acked(vatID) + 1;
  return kernel
    .speakFor(vatID, rootOf(vatID))
    .says(JSON.stringify({ n, status, syscalls: [], usage: { computrons } }));
};
const left = (): string => {
  const [, { body }] = answer(send(meter, ['get', []]));
  settleAll();
  return body;
};
const create = (): VatID => {
  send(vatAdmin(), ['createVat', [`b1-${'0'.repeat(128)}`, { meter: '$0', window: 1 }]], meter);
  const vatID = tables().vats.list().at(-1) as VatID;
  kernel.input((host) => host.pin(rootOf(vatID)));
  run(vatID, 10);
  settleAll();
  return vatID;
};

beforeEach(() => {
  kernel = makeTestKernel();
  const [, { slots }] = answer(send(vatAdmin(), ['createMeter', ['+1000', '+500']]));
  meter = slots[0] as KObject;
  kernel.input((host) => host.pin(meter));
  settleAll();
  vats = [create(), create()];
});

test('vats share it, and it can be topped up', () => {
  expect(left()).toBe('#{"remaining":"+980","threshold":"+500"}');
  send(rootOf(vats[0] as VatID), ['go', []]);
  run(vats[0] as VatID, 80);
  send(rootOf(vats[1] as VatID), ['go', []]);
  run(vats[1] as VatID, 100);
  expect(left()).toBe('#{"remaining":"+800","threshold":"+500"}');
  send(meter, ['add', ['+50']]);
  expect(left()).toBe('#{"remaining":"+850","threshold":"+500"}');
});

test('16: who waits is told once for each crossing', () => {
  const [first, vatID] = [send(meter, ['notify', []]), vats[0] as VatID];
  send(rootOf(vatID), ['go', []]);
  run(vatID, 400);
  expect(tables().promises.get(first).state).toBe('unresolved');
  send(rootOf(vatID), ['go', []]);
  run(vatID, 100);
  expect(answer(first)).toEqual(['fulfilled', { body: '#"+480"', slots: [] }]);
  // Below already: it takes another crossing.
  const second = send(meter, ['notify', []]);
  send(rootOf(vatID), ['go', []]);
  run(vatID, 10);
  expect(tables().promises.get(second).state).toBe('unresolved');
  send(meter, ['add', [100]]);
  send(rootOf(vatID), ['go', []]);
  run(vatID, 80);
  expect(answer(second)[1].body).toBe('#"+490"');
});

test('16: a crank that needs more than there is, is refused and charged, and ends its vat alone', () => {
  const [first, second] = vats as [VatID, VatID];
  send(rootOf(first), ['go', []]);
  const { refused } = run(first, 981);
  expect(refused).toMatchObject({ code: 'METER_EXHAUSTED' });
  expect(tables().vats.isAlive(first)).toBe(false);
  expect(left()).toBe('#{"remaining":"+0","threshold":"+500"}');
  send(meter, ['add', ['+10']]);
  send(rootOf(second), ['go', []]);
  expect(run(second, 10).refused).toBeUndefined();
});

test('16: a crank that its own limit ended is charged, too', () => {
  const [first] = vats as [VatID];
  send(rootOf(first), ['go', []]);
  expect(run(first, 200, ['exhausted', 'too much']).refused?.code).toBe('METER_EXHAUSTED');
  expect(left()).toBe('#{"remaining":"+780","threshold":"+500"}');
});

test('what is no meter, and no number, is refused', () => {
  for (const [body, slots, why] of [
    [
      ['createVat', [`b1-${'0'.repeat(128)}`, { meter: '$0' }]],
      [rootOf(vats[0] as VatID)],
      'must be a meter',
    ],
    [['createMeter', ['+x']], [], 'remaining must be a natural number'],
    [['createMeter', [-1]], [], 'remaining must be a natural number'],
  ] as const) {
    const [state, { body: said }] = answer(send(vatAdmin(), body, ...slots));
    expect([state, said]).toEqual(['rejected', expect.stringContaining(why)]);
    settleAll();
  }
  expect(answer(send(meter, ['steal', []]))[1].body).toContain('it has add, get and notify');
});

test('it goes with the last vat that is charged to it', () => {
  kernel.input((host) => host.unpin(meter));
  expect(kernel.keys('meter.')).toHaveLength(1);
  for (const vatID of vats) {
    kernel.input((host) =>
      host.terminateVat(vatID, false, { body: '#"the end"', slots: [] }, 'the end'),
    );
  }
  expect(kernel.keys('meter.')).toEqual([]);
});
