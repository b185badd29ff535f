/** When vats are told to bring out their dead. */
import { expect, test } from 'vitest';
import { checkTables } from '../../src/check/check.js';
import { call, makeTestKernel, send, type TestVat } from './a-kernel.js';

const tags = (vat: TestVat) => vat.deliveries().map(({ delivery }) => delivery[0]);

const setOptions = (
  kernel: ReturnType<typeof makeTestKernel>,
  vat: TestVat,
  options: { reapInterval?: number; reapReferences?: number; reapAtRest?: number },
) =>
  kernel.input(() => {
    const { vats } = kernel.core.kernel.tables;
    vats.setOptions(vat.vatID, { ...vats.options(vat.vatID), ...options });
  });

test('after so many deliveries, and not for having been told', () => {
  const kernel = makeTestKernel();
  const vat = kernel.vat('bob', 1);
  setOptions(kernel, vat, { reapInterval: 3 });
  const told: string[] = [];
  for (let i = 0; i < 8; i += 1) kernel.input((host) => host.send(vat.root, call('x')));
  for (let n = kernel.core.kernel.tables.windows.size(vat.vatID); n > 0;) {
    told.push(...tags(vat));
    vat.does();
    n = kernel.core.kernel.tables.windows.size(vat.vatID);
  }
  expect(told.filter((tag) => tag === 'bringOutYourDead').length).toBe(3);
  expect(kernel.core.isIdle()).toBe(true);
});

test('0 is never', () => {
  const kernel = makeTestKernel();
  const { vatID } = kernel.vat('bob', 1);
  const { reapCounters, vats } = kernel.core.kernel.tables;
  const options = vats.options(vatID);
  kernel.input(() => {
    const never = { ...options, reapInterval: 0, reapReferences: 0 };
    for (let i = 0; i < 1_500; i += 1) expect(reapCounters.add(vatID, 10, never)).toBe(false);
    expect(reapCounters.add(vatID, 0, options)).toBe(true);
  });
});

test('after so many references that the kernel let go of', () => {
  const kernel = makeTestKernel();
  const bob = kernel.vat('bob', 1);
  const alice = kernel.vat('alice', 1, bob.root);
  setOptions(kernel, bob, { reapReferences: 4 });
  kernel.input((host) => host.send(alice.root, call('go')));
  alice.deliveries();
  alice.does(send('o-1', 'take', ['o+1']));
  bob.deliveries();
  bob.does(send('o-1', 'take', ['o+1', 'o+2']));
  alice.deliveries();
  alice.does(['dropImports', ['o-2', 'o-3']] as never, ['retireImports', ['o-2', 'o-3']] as never);
  const told: string[] = [];
  for (;;) {
    const next = tags(bob);
    if (next.length === 0) break;
    told.push(...next);
    bob.does();
  }
  expect(told).toEqual(['dropExports', 'retireExports', 'bringOutYourDead']);
});

test('when the host says so, if anything was delivered since', () => {
  const kernel = makeTestKernel();
  const vat = kernel.vat('bob', 1);
  kernel.input((host) => host.bringOutYourDead(vat.vatID));
  expect(tags(vat)).toEqual(['bringOutYourDead']);
  vat.does();
  kernel.input((host) => host.bringOutYourDead(vat.vatID));
  expect(tags(vat)).toEqual([]);
  kernel.input((host) => host.terminateVat(vat.vatID, false, { body: '#1', slots: [] }, 'x'));
  kernel.input((host) => host.bringOutYourDead(vat.vatID));
});

test('when there is nothing else to do, after so many deliveries', () => {
  const kernel = makeTestKernel();
  const bob = kernel.vat('bob', 1);
  const carol = kernel.vat('carol', 1);
  const { reapCounters } = kernel.core.kernel.tables;
  for (const vat of [bob, carol]) setOptions(kernel, vat, { reapInterval: 0, reapAtRest: 4 });
  const send = (vat: typeof bob): void => {
    kernel.input((host) => host.send(vat.root, call('x')));
    vat.deliveries();
    vat.does();
  };
  send(bob);
  send(carol);
  send(bob);
  expect(reapCounters.waitingForRest()).toEqual([]);
  send(bob);
  expect(reapCounters.waitingForRest()).toEqual([bob.vatID]);
  kernel.input((host) => host.bringOutDeadAtRest());
  expect([tags(bob), tags(carol)]).toEqual([['bringOutYourDead'], []]);
  bob.does();
  expect(reapCounters.waitingForRest()).toEqual([]);
  send(carol);
  send(carol);
  expect(reapCounters.waitingForRest()).toEqual([carol.vatID]);
  // One that ends is not waited for.
  kernel.input((host) => host.terminateVat(carol.vatID, false, call('x'), 'enough'));
  expect(reapCounters.waitingForRest()).toEqual([]);
  expect(checkTables(kernel.core.kernel.tables.rows)).toEqual([]);
});
