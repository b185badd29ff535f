/** A vat that ends is gone at once; what it wrote is deleted a few rows at a time. */
import { LIMITS } from '@cooperage/types';
import { expect, test } from 'vitest';
import { call, makeTestKernel, NOTHING, outputsOf, send, vref } from './a-kernel.js';

const COUNT = 2 * LIMITS.sweptRows + 500;

test('rows of a vat that is no more go in slices, in whatever cranks follow', () => {
  const kernel = makeTestKernel('issue');
  const { core } = kernel;
  const bob = kernel.vat('bob');
  const ann = kernel.vat('ann', 1, bob.root);
  kernel.input((host) => host.send(bob.root, call('go')));
  bob.deliveries();
  bob.does(
    ...Array.from({ length: COUNT }, (_, i) => ['vatstoreSet', `key${i}`, 'value'] as const),
  );
  const left = () => kernel.keys(`${bob.vatID}.`);
  expect(left().length).toBeGreaterThan(COUNT);
  kernel.input((host) => host.send(ann.root, call('go')));
  ann.deliveries();
  kernel.input((host) => host.terminateVat(bob.vatID, true, NOTHING, 'ended by the host'));
  // All but the bulk is gone, and the check knows what is left.
  expect(bob.isAlive).toBe(false);
  expect(left().every((key) => /^v1\.(?:vs|t)\./.test(key))).toBe(true);
  expect(left().length).toBeGreaterThan(LIMITS.sweptRows);
  expect(core.hasLeftRows).toBe(true);

  // Others work meanwhile, and each of their cranks deletes some.
  const before = left().length;
  ann.does(send('o-1', 'too late', [], 'p+5'), ['subscribe', vref('p+5')]);
  expect(left().length).toBe(before - LIMITS.sweptRows);
  expect(ann.next()).toMatchObject(['notify', [['p+5', true, {}]]]);
  ann.does();
  expect(left()).toEqual([]);
  expect(core.hasLeftRows).toBe(false);
  expect(kernel.keys('leftRows.')).toEqual([]);
  for (const output of outputsOf(kernel)) kernel.input((host) => host.settleOutput(output));
  expect(core.isIdle()).toBe(true);
});

test('what it imported is let go of a few at a time, and what it exported is nobody’s at once', () => {
  const kernel = makeTestKernel('issue');
  const { core } = kernel;
  const { tables } = core.kernel;
  const bob = kernel.vat('bob');
  const ann = kernel.vat('ann', 1, bob.root);
  const many = 250;
  const things = Array.from({ length: many }, (_, i) => `o+${i + 5}`);
  // Each gives the other as many objects.
  kernel.input((host) => host.send(ann.root, call('go')));
  ann.deliveries();
  ann.does(send('o-1', 'take', things));
  bob.deliveries();
  kernel.input((host) => host.send(bob.root, call('go')));
  bob.does();
  bob.deliveries();
  const [toAnn] = tables.cLists.list(ann.vatID);
  expect(toAnn).toBeDefined();
  kernel.input((host) => host.pin(ann.root));
  const imported = [...tables.cLists.list(bob.vatID)].filter(([name]) => name.startsWith('o-'));
  expect(imported).toHaveLength(many);
  const held = () => imported.filter(([, { kref }]) => tables.rows.has(kref)).length;
  kernel.input((host) => host.terminateVat(bob.vatID, true, NOTHING, 'ended by the host'));
  kernel.insistSound();
  // Where nobody looks at it, a root is an orphan without a write.
  expect(tables.objects.get(bob.root).owner).toBe('none:v1');
  expect(core.hasLeftRows).toBe(true);
  const drops: string[] = [];
  const hear = (): void => {
    for (const [tag, refs] of ann.deliveries().map(({ delivery }) => delivery)) {
      if (tag === 'dropExports') drops.push(...(refs as readonly string[]));
    }
  };
  hear();
  expect(drops.length).toBeLessThan(many);
  let cranks = 1;
  while (core.hasLeftRows || tables.windows.size(ann.vatID) > 0) {
    if (tables.windows.size(ann.vatID) > 0) ann.does();
    else kernel.input(() => undefined);
    kernel.insistSound();
    hear();
    cranks += 1;
  }
  expect(cranks).toBeGreaterThan(3);
  expect(drops.sort()).toEqual([...things].sort());
  expect(held()).toBe(0);
  expect(kernel.keys('v1.')).toEqual([]);
});

test('vats that end one after the other are swept one after the other', () => {
  const kernel = makeTestKernel('issue');
  const many = ['a', 'b', 'c'].map((name) => kernel.vat(name));
  for (const vat of many) {
    kernel.input((host) => host.send(vat.root, call('go')));
    vat.deliveries();
    vat.does(
      ...Array.from({ length: 900 }, (_, i) => ['vatstoreSet', `key${i}`, 'value'] as const),
    );
  }
  kernel.input((host) => {
    for (const { vatID } of many) host.terminateVat(vatID, false, NOTHING, 'done');
  });
  let cranks = 1;
  while (kernel.core.hasLeftRows) {
    kernel.input(() => undefined);
    cranks += 1;
  }
  expect(cranks).toBe(3);
  expect(kernel.keys().filter((key) => /^v\d/.test(key))).toEqual([]);
});

test('an upgrade leaves the transcript of the old incarnation, which goes in slices too', () => {
  const kernel = makeTestKernel('issue');
  const bob = kernel.vat('bob');
  const { rows } = kernel.core.kernel.tables;
  for (let i = 0; i < COUNT; i += 1) {
    kernel.core.input((host) => host.send(bob.root, call('go')));
    kernel.core.arrived(
      bob.vatID,
      JSON.stringify({ n: i + 2, status: ['ok'], syscalls: [], usage: null }),
    );
    kernel.core.retireNext();
  }
  bob.deliveries();
  const transcript = () => [...rows.keys('v1.t.', 'v1.t/')];
  const upgrade = (): void => {
    kernel.input((host) =>
      host.upgradeVat(bob.vatID, {
        bundleID: `b1-${'1'.repeat(128)}` as never,
        vatParameters: NOTHING,
        upgradeMessage: 'better now',
      }),
    );
    for (let step = 0; step < 3; step += 1) bob.does();
    bob.deliveries();
  };
  const before = transcript().length;
  expect(before).toBeGreaterThan(COUNT);
  upgrade();
  // The upgrade itself and what it adds, but for one slice.
  expect(before - transcript().length).toBeLessThanOrEqual(LIMITS.sweptRows);
  expect(kernel.core.hasLeftRows).toBe(true);
  // Another one meanwhile, and what is delivered after it, is kept apart from what is left.
  upgrade();
  kernel.input((host) => host.send(bob.root, call('go')));
  bob.does();
  while (kernel.core.hasLeftRows) kernel.input(() => undefined);
  const { first } = kernel.core.incarnation(bob.vatID);
  expect(transcript().map((key) => Number(key.slice('v1.t.'.length)) || 'newest')).toEqual([
    first,
    first + 1,
    'newest',
  ]);
  kernel.insistSound();
});
