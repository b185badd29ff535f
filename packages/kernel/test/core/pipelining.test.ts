/** Vats that are given the messages to promises which they decide. */
import { describe, expect, test } from 'vitest';
import type { KPromise, VatSyscallObject } from '@cooperage/types';
import { call, data, fulfil, makeTestKernel, reject, send, sole, vref } from './a-kernel.js';

const trio = (window = 1) => {
  const kernel = makeTestKernel();
  const { tables } = kernel.core.kernel;
  const carol = kernel.vat('carol', window);
  // Bob takes part in pipelining, and holds carol as o-1.
  const bob = kernel.vat('bob', window, carol.root);
  kernel.input(() =>
    tables.vats.setOptions(bob.vatID, {
      ...tables.vats.options(bob.vatID),
      enablePipelining: true,
    }),
  );
  const alice = kernel.vat('alice', window, bob.root);
  const alices = (...syscalls: VatSyscallObject[]) => {
    kernel.input((host) => host.send(alice.root, call('go')));
    alice.deliveries();
    return alice.does(...syscalls);
  };
  const promise = (name: string) =>
    tables.cLists.toKernel(alice.vatID, vref(name))?.kref as KPromise;
  return { kernel, tables, alice, bob, carol, alices, promise };
};

describe('messages to promises that a vat decides', () => {
  test('1: are delivered to it at once when it becomes the decider, with the promise as their target', () => {
    const { tables, bob, alices, promise } = trio();
    alices(send('o-1', 'ask', [], 'p+5'), send('p+5', 'more', [], 'p+6'));
    // Queued while the first message waits; they follow to the decider when that is handed out.
    expect(bob.next()).toMatchObject(['message', 'o+0', { result: 'p-1' }]);
    bob.does();
    expect(bob.next()).toMatchObject(['message', 'p-1', { result: 'p-2' }]);
    expect(tables.promises.get(promise('p+6')).decider).toBe(bob.vatID);
    bob.does(fulfil('p-2'));
    alices(send('p+5', 'again'));
    expect(bob.next()).toMatchObject(['message', 'p-1', { result: null }]);
    bob.does(fulfil('p-1'));
    expect(tables.promises.find(promise('p+5'))).toMatchObject({ state: 'fulfilled', taken: 0 });
  });

  test('wait in the kernel where the vat does not take part', () => {
    const { kernel, carol } = trio();
    const dave = kernel.vat('dave', 1, carol.root);
    kernel.input((host) => host.send(dave.root, call('go')));
    dave.deliveries();
    dave.does(send('o-1', 'ask', [], 'p+5'), send('p+5', 'more'));
    carol.next();
    carol.does();
    expect(carol.deliveries()).toEqual([]);
  });

  test('wait until nothing is out, because what is out could resolve the promise', () => {
    const { bob, alices } = trio(4);
    alices(send('o-1', 'ask', [], 'p+5'), send('p+5', 'first'), send('o-1', 'behind'));
    const targets = () => bob.deliveries().map(({ delivery }) => delivery[1]);
    expect(targets()).toEqual(['o+0']);
    alices(send('o-1', 'last'));
    expect(targets()).toEqual([]);
    bob.does();
    // What is behind it may be out together with it.
    expect(targets()).toEqual(['p-1', 'o+0', 'o+0']);
  });

  test('go on to the resolution, behind what the vat itself sent on', () => {
    const { bob, carol, alices } = trio();
    alices(send('o-1', 'ask', [], 'p+5'), send('p+5', 'first'), send('p+5', 'second'));
    bob.next();
    bob.does();
    bob.next();
    // Liveslots says the resolution first, and then what waited on the promise in the vat.
    bob.does(fulfil('p-1', sole(vref('o-1'))), send('o-1', 'first'));
    alices(send('p+5', 'third'));
    const methods: string[] = [];
    for (let i = 0; i < 3; i += 1) {
      const delivery = carol.next() as unknown as [
        'message',
        string,
        { methargs: { body: string } },
      ];
      methods.push((JSON.parse(delivery[2].methargs.body.slice(1)) as [string])[0]);
      carol.does();
    }
    expect(methods).toEqual(['first', 'second', 'third']);
    expect(bob.deliveries()).toEqual([]);
  });

  test('are refused when the promise is rejected before they were delivered', () => {
    const { alice, bob, alices } = trio();
    alices(
      send('o-1', 'ask', [], 'p+5'),
      send('p+5', 'first', [], 'p+6'),
      send('p+5', 'second', [], 'p+7'),
      ['subscribe', vref('p+7')],
    );
    bob.next();
    bob.does();
    bob.next();
    bob.does(reject('p-1', data()));
    expect(alice.next()).toMatchObject(['notify', [['p+7', true, {}]]]);
  });

  test('follow the promise when it is handed on', () => {
    const { kernel, tables, bob, carol, alices, promise } = trio();
    alices(send('o-1', 'ask', [], 'p+5'), send('p+5', 'first'), send('p+5', 'second'));
    bob.next();
    bob.does();
    bob.next();
    // Carol answers instead of bob, and does not take part.
    bob.does(send('o-1', 'delegated', [], 'p-1'));
    expect(bob.deliveries()).toEqual([]);
    expect(tables.promises.get(promise('p+5'))).toMatchObject({ decider: carol.vatID, queued: 1 });
    expect(carol.next()).toMatchObject(['message', 'o+0', { result: 'p-1' }]);
    carol.does(fulfil('p-1', sole(vref('o+0'))));
    expect(carol.next()).toMatchObject(['message', 'o+0', { result: null }]);
    carol.does();
    kernel.insistSound();
  });

  test('are rejected when the vat ends, whether they were delivered or not', () => {
    const { alice, bob, alices } = trio();
    alices(
      send('o-1', 'ask', [], 'p+5'),
      send('p+5', 'first', [], 'p+6'),
      send('p+5', 'second', [], 'p+7'),
      ['subscribe', vref('p+6')],
      ['subscribe', vref('p+7')],
    );
    bob.next();
    bob.does();
    bob.next();
    bob.does(['exit', true, data()]);
    // The oldest promise comes first, and with it what still waits on it.
    expect(alice.next()).toMatchObject(['notify', [['p+7', true, {}]]]);
    alice.does();
    expect(alice.next()).toMatchObject(['notify', [['p+6', true, {}]]]);
  });

  test('createVat has an option for it', () => {
    const { kernel, tables } = trio();
    kernel.input(() => tables.hostNames.set('bundle', 'code', `b1-${'0'.repeat(128)}`));
    const admin = kernel.input((host) => host.provideVatAdmin());
    const ask = (value: string) =>
      kernel.input((host) =>
        host.send(admin, {
          body: `#["createVat",["code",{"name":"dave","enablePipelining":${value}}]]`,
          slots: [],
        }),
      );
    ask('true');
    const named = () => tables.vats.list().map((vatID) => tables.vats.options(vatID));
    expect(named()).toContainEqual(
      expect.objectContaining({ name: 'dave', enablePipelining: true }),
    );
    const before = named().length;
    ask('1');
    expect(named()).toHaveLength(before);
  });
});
