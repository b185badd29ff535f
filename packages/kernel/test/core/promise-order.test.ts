/** What was sent on a promise before the promise was passed on comes first, where the decider takes part in pipelining. */
import { describe, expect, test } from 'vitest';
import type { CapData, KPromise, VatSyscallObject } from '@cooperage/types';
import { call, fulfil, makeTestKernel, send, sole, type TestVat, vref } from './a-kernel.js';

const nameOf = (delivery: unknown): string => {
  const [tag, , message] = delivery as [string, string, { methargs: CapData<string> }];
  return tag === 'message' ? (JSON.parse(message.methargs.body.slice(1)) as [string])[0] : tag;
};

/** What is delivered to the vat, in order; its own cranks do nothing. */
const heard = (vat: TestVat): string[] => {
  const seen: string[] = [];
  for (let list = vat.deliveries(); list.length > 0; list = vat.deliveries()) {
    for (const { delivery } of list) {
      seen.push(nameOf(delivery));
      vat.does();
    }
  }
  return seen;
};

/** Alice has bob as o-1 and dave as o-2. Both take part in pipelining; dave has bob as o-1. */
const world = () => {
  const kernel = makeTestKernel();
  const { tables } = kernel.core.kernel;
  const bob = kernel.vat('bob', 1);
  const dave = kernel.vat('dave', 1, bob.root);
  const alice = kernel.vat('alice', 1, bob.root, dave.root);
  for (const { vatID } of [bob, dave]) {
    kernel.input(() =>
      tables.vats.setOptions(vatID, { ...tables.vats.options(vatID), enablePipelining: true }),
    );
  }
  const alices = (...syscalls: VatSyscallObject[]) => {
    kernel.input((host) => host.send(alice.root, call('go')));
    alice.deliveries();
    return alice.does(...syscalls);
  };
  const known = (name: string) => tables.cLists.toKernel(alice.vatID, vref(name))?.kref as KPromise;
  return { kernel, tables, alice, bob, dave, alices, known };
};

describe('messages to the answer of a message', () => {
  test('are delivered before a later message that carries the promise', () => {
    const { kernel, bob, alices } = world();
    alices(send('o-1', 'make', [], 'p+5'), send('p+5', 'first'), send('o-1', 'give', ['p+5']));
    expect(heard(bob)).toEqual(['make', 'first', 'give']);
    kernel.insistSound();
  });

  test('keep their place where they were sent in a later crank', () => {
    const { bob, alices } = world();
    alices(send('o-1', 'make', [], 'p+5'));
    alices(send('o-1', 'between'), send('p+5', 'first'));
    alices(send('p+5', 'second'), send('o-1', 'give', ['p+5']));
    expect(heard(bob)).toEqual(['make', 'between', 'first', 'second', 'give']);
  });

  test('of a message to such an answer, and so on, stand where they were sent', () => {
    const { tables, bob, alices, known } = world();
    alices(
      send('o-1', 'make', [], 'p+5'),
      send('p+5', 'first', [], 'p+6'),
      send('p+6', 'deeper', [], 'p+7'),
      send('p+7', 'deepest'),
      send('o-1', 'give', ['p+7']),
    );
    expect(tables.promises.get(known('p+7'))).toMatchObject({
      decider: undefined,
      nextDecider: bob.vatID,
    });
    expect(heard(bob)).toEqual(['make', 'first', 'deeper', 'deepest', 'give']);
  });

  test('come in their order when one settlement sets all of them free', () => {
    const { kernel, dave, bob, alices } = world();
    // Dave is asked for bob; what is sent on the answer waits in the kernel until dave says so.
    alices(
      send('o-2', 'find', [], 'p+5'),
      send('p+5', 'make', [], 'p+6'),
      send('p+6', 'first'),
      send('p+5', 'between'),
      send('p+6', 'second'),
      send('p+5', 'give', ['p+6']),
    );
    expect(nameOf(dave.next())).toBe('find');
    kernel.input(() => {
      const { vats } = kernel.core.kernel.tables;
      vats.setOptions(dave.vatID, { ...vats.options(dave.vatID), enablePipelining: false });
    });
    dave.does(fulfil('p-1', sole(vref('o-1'))));
    expect(heard(bob)).toEqual(['make', 'first', 'between', 'second', 'give']);
    kernel.insistSound();
  });

  test('move to the inbox of the vat that is to decide the promise instead', () => {
    const { kernel, tables, dave, bob, alices, known } = world();
    alices(send('o-2', 'make', [], 'p+5'), send('p+5', 'first'), send('o-1', 'give', ['p+5']));
    expect(nameOf(dave.next())).toBe('make');
    // Dave has bob answer in its place.
    dave.does(send('o-1', 'make', [], 'p-1'));
    expect(heard(dave)).toEqual([]);
    expect(tables.promises.get(known('p+5')).queued).toBe(1);
    expect(heard(bob)).toEqual(['give', 'make', 'first']);
    kernel.insistSound();
  });

  test('lose their places when the promise is to be decided by a vat without pipelining', () => {
    const { kernel, tables, alices, dave, bob, known } = world();
    kernel.input(() =>
      tables.vats.setOptions(bob.vatID, {
        ...tables.vats.options(bob.vatID),
        enablePipelining: false,
      }),
    );
    alices(
      send('o-2', 'make', [], 'p+5'),
      send('p+5', 'first', [], 'p+6'),
      send('p+6', 'deeper', [], 'p+7'),
      send('p+7', 'deepest'),
    );
    expect(nameOf(dave.next())).toBe('make');
    expect(tables.promises.get(known('p+7')).nextDecider).toBe(dave.vatID);
    dave.does(send('o-1', 'make', [], 'p-1'));
    for (const name of ['p+5', 'p+6', 'p+7']) {
      expect(tables.promises.get(known(name)).nextDecider).toBe(undefined);
    }
    expect(heard(dave)).toEqual([]);
    alices(send('p+6', 'again'), send('p+7', 'again'));
    kernel.insistSound();
    expect(nameOf(bob.next())).toBe('make');
    bob.does(fulfil('p-1', sole(vref('o+0'))));
    expect(heard(bob)).toEqual(['first']);
    kernel.insistSound();
  });

  test('are rejected with it when the vat ends before it is the decider', () => {
    const { kernel, alice, bob, alices } = world();
    kernel.input((host) => host.send(bob.root, call('busy')));
    expect(nameOf(bob.next())).toBe('busy');
    alices(send('o-1', 'make', [], 'p+5'), send('p+5', 'first', [], 'p+6'), [
      'subscribe',
      vref('p+6'),
    ]);
    bob.does(['exit', true, { body: '#"gone"', slots: [] }]);
    expect(alice.next()).toMatchObject(['notify', [['p+6', true, {}]]]);
    kernel.insistSound();
  });
});
