/** A vat that fills an inbox faster than it empties waits until it is shorter. */
import { expect, test } from 'vitest';
import type { NumberedDelivery, Order } from '@cooperage/types';
import { call, makeTestKernel, send, type TestKernel, type TestVat } from './a-kernel.js';

const setLimit = (kernel: TestKernel, vat: TestVat, inboxLimit: number): void => {
  kernel.input(() => {
    const { vats } = kernel.core.kernel.tables;
    vats.setOptions(vat.vatID, { ...vats.options(vat.vatID), inboxLimit });
  });
};

const inboxOf = (kernel: TestKernel, vat: TestVat): number =>
  kernel.core.kernel.tables.inboxes.length(vat.vatID);

const isOut = (kernel: TestKernel, vat: TestVat): boolean =>
  kernel.core.kernel.tables.windows.size(vat.vatID) > 0;

const flood = (count: number, target = 'o-1') =>
  Array.from({ length: count }, () => send(target, 'take'));

/** Vats that introduce each other: each knows the next one as o-1, the last the first one as o-2 or o-1. */
const pair = (kernel: TestKernel, limit: number): [TestVat, TestVat] => {
  const bob = kernel.vat('bob');
  const alice = kernel.vat('alice', 1, bob.root);
  kernel.input((host) => host.send(bob.root, call('meet', alice.root)));
  bob.next();
  bob.does();
  setLimit(kernel, alice, limit);
  setLimit(kernel, bob, limit);
  return [alice, bob];
};

test.each(['arrival', 'issue'] as const)(
  'a fast sender is handed out nothing until the inbox is below half of its limit (%s order)',
  (order: Order) => {
    const kernel = makeTestKernel(order);
    const [alice, bob] = pair(kernel, 10);
    for (let i = 0; i < 3; i += 1) kernel.input((host) => host.send(alice.root, call('go')));
    alice.does(...flood(20));
    expect(isOut(kernel, alice)).toBe(false);
    expect(inboxOf(kernel, alice)).toBe(2);
    expect(kernel.core.kernel.tables.backPressure.receiver(alice.vatID)).toBe(bob.vatID);
    let most = 0;
    while (!isOut(kernel, alice)) {
      bob.does();
      most = Math.max(most, inboxOf(kernel, bob));
    }
    expect(inboxOf(kernel, bob)).toBe(4);
    expect(most).toBeLessThanOrEqual(19);
    // What waited has kept its order, and goes on behind what was there.
    while (isOut(kernel, bob) && order === 'issue') bob.does();
    alice.does();
    alice.does();
    while (isOut(kernel, bob)) bob.does();
    expect(kernel.core.isIdle()).toBe(true);
    expect(kernel.keys().filter((key) => /\.(waits|slows)$/.test(key))).toEqual([]);
  },
);

test('0 is never', () => {
  const kernel = makeTestKernel();
  const [alice, bob] = pair(kernel, 0);
  for (let i = 0; i < 2; i += 1) kernel.input((host) => host.send(alice.root, call('go')));
  alice.does(...flood(100));
  expect(isOut(kernel, alice)).toBe(true);
  expect(inboxOf(kernel, bob)).toBe(99);
});

test('a vat that fills its own inbox is not slowed: nobody else could empty it', () => {
  const kernel = makeTestKernel();
  const alice = kernel.vat('alice');
  setLimit(kernel, alice, 2);
  kernel.input((host) => host.send(alice.root, call('go', alice.root)));
  alice.does(...Array.from({ length: 9 }, () => send('o+0', 'again')));
  for (let i = 0; i < 9; i += 1) {
    expect(isOut(kernel, alice)).toBe(true);
    alice.does();
  }
  expect(kernel.core.isIdle()).toBe(true);
});

test('two that flood each other do not wait for each other', () => {
  const kernel = makeTestKernel();
  const [alice, bob] = pair(kernel, 4);
  kernel.input((host) => host.send(alice.root, call('go')));
  alice.does(...flood(9));
  kernel.input((host) => host.send(alice.root, call('go')));
  expect(isOut(kernel, alice)).toBe(false);
  bob.does(...flood(9));
  const { backPressure } = kernel.core.kernel.tables;
  expect(backPressure.receiver(alice.vatID)).toBe(bob.vatID);
  expect(backPressure.receiver(bob.vatID)).toBeUndefined();
  expect(isOut(kernel, bob)).toBe(true);
});

test('slowness is handed on: who feeds one that waits, waits too', () => {
  const kernel = makeTestKernel();
  const carol = kernel.vat('carol');
  const bob = kernel.vat('bob', 1, carol.root);
  const alice = kernel.vat('alice', 1, bob.root);
  for (const vat of [alice, bob, carol]) setLimit(kernel, vat, 4);
  for (let i = 0; i < 3; i += 1) kernel.input((host) => host.send(alice.root, call('go')));
  alice.does(...flood(3));
  bob.does(...flood(8));
  expect(isOut(kernel, bob)).toBe(false);
  alice.does(...flood(3));
  expect(inboxOf(kernel, bob)).toBe(5);
  expect(isOut(kernel, alice)).toBe(false);
  const { backPressure } = kernel.core.kernel.tables;
  expect(backPressure.receiver(alice.vatID)).toBe(bob.vatID);
  expect(backPressure.receiver(bob.vatID)).toBe(carol.vatID);
});

test.each([0, 1, 2])('a vat that ends neither waits nor is waited for (%s)', (which) => {
  const kernel = makeTestKernel();
  const bob = kernel.vat('bob');
  const senders = ['a', 'b', 'c'].map((name) => kernel.vat(name, 1, bob.root));
  setLimit(kernel, bob, 4);
  for (const vat of senders) {
    kernel.input((host) => host.send(vat.root, call('go')));
    vat.does(...flood(6));
    kernel.input((host) => host.send(vat.root, call('go')));
    expect(isOut(kernel, vat)).toBe(false);
  }
  const why = { body: '#"over"', slots: [] };
  const end = (vat: TestVat) =>
    kernel.input((host) => host.terminateVat(vat.vatID, true, why, 'over'));
  end(senders[which] as TestVat);
  const others = senders.filter((_, i) => i !== which);
  expect(others.map((vat) => isOut(kernel, vat))).toEqual([false, false]);
  end(bob);
  expect(others.map((vat) => isOut(kernel, vat))).toEqual([true, true]);
});

/** Three vats that all know each other and answer each delivery with so many messages, until they have sent enough. */
const storm = (order: Order, seed: number, limit: number) => {
  const kernel = makeTestKernel(order, seed);
  const roots = ['a', 'b', 'c'].map((name) => kernel.vat(name, 1 + (seed % 3)));
  for (const vat of roots) {
    kernel.input((host) => host.send(vat.root, call('meet', ...roots.map(({ root }) => root))));
    vat.does();
    setLimit(kernel, vat, limit);
    vat.deliveries();
  }
  for (const vat of roots) kernel.input((host) => host.send(vat.root, call('go')));
  let random = seed + 1;
  const draw = (below: number): number => {
    random = (Math.imul(random, 1_103_515_245) + 12_345) >>> 0;
    return (random >>> 8) % below;
  };
  let left = 120;
  let delivered = 0;
  const out: [TestVat, NumberedDelivery][] = [];
  for (;;) {
    for (const vat of roots) out.push(...vat.deliveries().map((each) => [vat, each] as never));
    if (out.length === 0) break;
    // The oldest of any vat: records of one vat come in their order.
    const vat = (out[draw(out.length)] as [TestVat, NumberedDelivery])[0];
    const place = out.findIndex(([each]) => each === vat);
    const [[, { n }]] = out.splice(place, 1) as [[TestVat, NumberedDelivery]];
    const count = Math.min(left, draw(5));
    left -= count;
    const others = roots.map((each, i) =>
      each === vat ? 'o+0' : `o-${i < roots.indexOf(vat) ? i + 1 : i}`,
    );
    const syscalls = Array.from({ length: count }, () => [send(others[draw(3)] as string, 'x')]);
    kernel.core.arrived(vat.vatID, JSON.stringify({ n, status: ['ok'], syscalls, usage: null }));
    while (kernel.core.retireNext() !== undefined) delivered += 1;
    if (delivered % 8 === 0) kernel.insistSound();
  }
  return { delivered, idle: kernel.core.isIdle(), left };
};

test.each(['arrival', 'issue', 'sequential', 'adversarial'] as const)(
  'whatever is sent, the kernel never stands still (%s order)',
  (order) => {
    for (let seed = 0; seed < 24; seed += 1) {
      for (const limit of [1 + (seed % 4)]) {
        const { delivered, idle, left } = storm(order, seed, limit);
        expect({ seed, limit, idle }).toEqual({ seed, limit, idle: true });
        // Three starts, three meetings and three first messages, each with what came of it.
        expect(delivered).toBeGreaterThanOrEqual(3 + 120 - left);
      }
    }
  },
);
