/** What re-implementers of such kernels get wrong: each fact by its number in the design's list. */
import { describe, expect, test } from 'vitest';
import {
  call,
  data,
  fulfil,
  makeTestKernel,
  outputsOf,
  promisesOf,
  send,
  sole,
  vref,
} from './a-kernel.js';
import type { KPromise } from '@cooperage/types';

const pair = (window = 1) => {
  const kernel = makeTestKernel();
  const bob = kernel.vat('bob', window);
  const alice = kernel.vat('alice', window, bob.root);
  /** Alice does this in a crank of its own. */
  const alices = (...syscalls: Parameters<typeof alice.does>) => {
    kernel.input((host) => host.send(alice.root, call('go')));
    alice.deliveries();
    return alice.does(...syscalls);
  };
  const bobs = (...syscalls: Parameters<typeof bob.does>) => {
    kernel.input((host) => host.send(bob.root, call('go')));
    bob.deliveries();
    return bob.does(...syscalls);
  };
  return { kernel, alice, bob, alices, bobs };
};

describe('promises', () => {
  test('1: the decider leaves the sender at send, is nobody in the queue, and the receiver at hand-out', () => {
    const { kernel, alice, bob, alices } = pair();
    kernel.input((host) => host.send(bob.root, call('busy')));
    bob.next();
    alices(send('o-1', 'ask', [], 'p+5'));
    const kp = kernel.core.kernel.tables.cLists.toKernel(alice.vatID, vref('p+5'))
      ?.kref as KPromise;
    const decider = () => kernel.core.kernel.tables.promises.get(kp).decider;
    expect(decider()).toBeUndefined();
    bob.does();
    expect(decider()).toBe(bob.vatID);
    expect(alices(fulfil('p+5')).refused).toMatchObject({ code: 'ILLEGAL_SYSCALL' });
  });

  test('2: a message is routed again when it is handed out', () => {
    const { kernel, alice, bob, alices, bobs } = pair();
    bobs(['exit', false, data()] as never);
    expect(bob.isAlive).toBe(false);
    alices(send('o-1', 'ask', [], 'p+5'), ['subscribe', vref('p+5')]);
    expect(alice.next()).toMatchObject(['notify', [['p+5', true, {}]]]);
    // And where the vat lets go of the object while the message waits:
    const carol = kernel.vat('carol');
    const dave = kernel.vat('dave', 1, carol.root);
    kernel.input((host) => host.send(carol.root, call('busy')));
    carol.next();
    kernel.input((host) => host.send(dave.root, call('go')));
    dave.next();
    dave.does(send('o-1', 'ask', [], 'p+5'), ['subscribe', vref('p+5')]);
    carol.does(['abandonExports', [vref('o+0')]]);
    expect(dave.next()).toMatchObject(['notify', [['p+5', true, {}]]]);
  });

  test('3: promises that are resolved in a cycle are told in one notify, under one name each', () => {
    const { alice, bob, alices, bobs } = pair();
    alices(send('o-1', 'take', ['p+5', 'p+6']));
    bob.next();
    bob.does(['subscribe', vref('p-1')], ['subscribe', vref('p-2')]);
    alices([
      'resolve',
      [
        [vref('p+5'), false, data(vref('p+6'))],
        [vref('p+6'), false, data(vref('p+5'))],
      ],
    ]);
    expect(bob.next()).toMatchObject([
      'notify',
      [
        ['p-1', false, { slots: ['p-2'] }],
        ['p-2', false, { slots: ['p-1'] }],
      ],
    ]);
    bob.does();
    expect(bobs().refused).toBeUndefined();
    expect(alice.isAlive).toBe(true);
  });

  test('3: and when everybody has been told, nothing of the cycle is left', () => {
    const { kernel, bob, alices } = pair();
    alices(send('o-1', 'take', ['p+5', 'p+6']));
    bob.next();
    bob.does(['subscribe', vref('p-1')]);
    alices([
      'resolve',
      [
        [vref('p+5'), false, data(vref('p+6'))],
        [vref('p+6'), false, data(vref('p+5'))],
      ],
    ]);
    bob.next();
    bob.does();
    for (const number of outputsOf(kernel)) kernel.input((host) => host.settleOutput(number));
    const { promises } = kernel.core.kernel.tables;
    // What is left are the results of the messages that the host sent to alice.
    for (const kp of promisesOf(kernel)) expect(promises.get(kp).state).toBe('unresolved');
  });

  test('4: a notify is void when an earlier one carried it along', () => {
    const { kernel, bob, alices } = pair();
    alices(send('o-1', 'take', ['p+5', 'p+6']));
    bob.next();
    bob.does(['subscribe', vref('p-1')], ['subscribe', vref('p-2')]);
    alices(fulfil('p+6'), fulfil('p+5', data(vref('p+7'))), fulfil('p+7'));
    expect(bob.next()).toMatchObject(['notify', [['p-2', false, {}]]]);
    bob.does();
    const news = bob.next() as unknown as ['notify', unknown[]];
    expect(news[0]).toBe('notify');
    expect(news[1]).toHaveLength(2);
    bob.does();
    expect(bob.deliveries()).toEqual([]);
    expect(kernel.keys(`${bob.vatID}.r.p`)).toEqual([]);
  });

  test('5: resolving to a promise forwards: nobody is told of it, messages go on, and a cycle is rejected', () => {
    const { kernel, bob, alices, bobs } = pair();
    const lone = (vpid: string) => ({ body: '#"&0"', slots: [vref(vpid)] });
    alices(send('o-1', 'take', ['p+5']));
    bob.next();
    bob.does(['subscribe', vref('p-1')]);
    expect(alices(fulfil('p+5', lone('p+6'))).refused).toBeUndefined();
    bobs(send('p-1', 'hello'));
    expect(bob.deliveries()).toEqual([]);
    alices(fulfil('p+6', sole(vref('o-1'))));
    // What waited comes before the news, which never is a promise alone.
    expect(bob.next()).toMatchObject(['message', 'o+0', {}]);
    bob.does();
    expect(bob.next()).toMatchObject(['notify', [['p-1', false, sole('o+0')]]]);
    bob.does();
    expect(kernel.keys('kp').filter((key) => key.includes('.f.'))).toEqual([]);
    alices(send('o-1', 'take', ['p+7']));
    bob.next();
    bob.does(['subscribe', vref('p-3')]);
    alices([
      'resolve',
      [
        [vref('p+7'), false, lone('p+8')],
        [vref('p+8'), false, lone('p+7')],
      ],
    ]);
    expect(bob.next()).toMatchObject(['notify', [['p-3', true, {}]]]);
  });

  test('17: a message to oneself goes through the kernel', () => {
    const { alice, alices } = pair();
    alices(send('o+4', 'hello', ['o+4'], 'p+5'), ['subscribe', vref('p+5')]);
    expect(alice.next()).toMatchObject([
      'message',
      'o+4',
      { methargs: { slots: ['o+4'] }, result: 'p+5' },
    ]);
    expect(alice.does(fulfil('p+5')).refused).toBeUndefined();
    // It decides p+5 now, and knows already what became of it.
    expect(alice.deliveries().map(({ delivery }) => delivery[0])).not.toContain('notify');
  });
});

describe('references', () => {
  test('6: a delivery makes an import reachable again that was dropped', () => {
    const { bob, alices, bobs } = pair();
    alices(send('o-1', 'take', ['o+3']));
    bob.next();
    bob.does(['dropImports', [vref('o-1')]]);
    alices(send('o-1', 'take', ['o+3']));
    bob.next();
    bob.does();
    expect(bobs(send('o-1', 'hello')).refused).toBeUndefined();
  });

  test('6: retiring demands that it was dropped', () => {
    const { bob, alices } = pair();
    alices(send('o-1', 'take', ['o+3']));
    bob.next();
    expect(bob.does(['retireImports', [vref('o-1')]]).refused).toMatchObject({
      message: 'o-1 must be dropped before it is retired',
    });
  });

  test('6: naming what was dropped is a fault', () => {
    const { alices } = pair();
    expect(alices(['dropImports', [vref('o-1')]], send('o-1', 'hello')).refused).toMatchObject({
      message: 'o-1 was dropped by this vat',
    });
  });

  test('7: a drop comes before its retire, and is checked again when it is handed out', () => {
    const { kernel, alice, bob, alices } = pair();
    alices(send('o-1', 'take', ['o+3']));
    bob.next();
    bob.does(['dropImports', [vref('o-1')]], ['retireImports', [vref('o-1')]]);
    expect(alice.next()).toEqual(['dropExports', ['o+3']]);
    alice.does();
    expect(alice.next()).toEqual(['retireExports', ['o+3']]);
    alice.does();
    expect(kernel.keys(`${alice.vatID}.r.o+3`)).toEqual([]);
    // Again, but alice names it anew while the actions wait.
    alices(send('o-1', 'take', ['o+3']));
    bob.next();
    kernel.input((host) => host.send(alice.root, call('busy')));
    alice.next();
    bob.does(['dropImports', [vref('o-2')]], ['retireImports', [vref('o-2')]]);
    alice.does(send('o-1', 'take', ['o+3']));
    expect(alice.deliveries()).toEqual([]);
  });

  test('7: a retire that is re-exported on its way is given up', () => {
    const { kernel, alice, bob, alices } = pair();
    alices(send('o-1', 'take', ['o+3']));
    bob.next();
    bob.does(['dropImports', [vref('o-1')]]);
    alice.next();
    // Alice names it in the crank of the drop itself.
    alice.does(send('o-1', 'take', ['o+3']));
    bob.next();
    bob.does(['dropImports', [vref('o-1')]], ['retireImports', [vref('o-1')]]);
    expect(alice.next()).toEqual(['dropExports', ['o+3']]);
    alice.does();
    expect(alice.next()).toEqual(['retireExports', ['o+3']]);
    alice.does();
    kernel.insistSound();
  });

  test('8: freeing a promise frees what its data held, and so on', () => {
    const { kernel, alice, alices } = pair();
    // Nobody is told of p+5; it leads to p+6, that to p+7, and that to an object.
    alices(
      fulfil('p+7', data(vref('o+3'))),
      [
        'resolve',
        [
          [vref('p+5'), false, data(vref('p+6'))],
          [vref('p+6'), false, data(vref('p+8'))],
        ],
      ],
      fulfil('p+8', data(vref('o+4'))),
    );
    expect(alice.next()).toEqual(['dropExports', ['o+3', 'o+4']]);
    alice.does();
    expect(alice.next()).toEqual(['retireExports', ['o+3', 'o+4']]);
    alice.does();
    expect(kernel.keys(`${alice.vatID}.r.o+3`)).toEqual([]);
    expect(kernel.keys(`${alice.vatID}.r.p+`)).toEqual([]);
  });

  test('14: nothing pins a root by itself', () => {
    const { kernel, alice } = pair();
    // The announcement of the vat names its root, too.
    for (const number of outputsOf(kernel)) kernel.input((host) => host.settleOutput(number));
    kernel.input((host) => host.unpin(alice.root));
    expect(alice.next()).toEqual(['dropExports', ['o+0']]);
    alice.does();
    expect(alice.next()).toEqual(['retireExports', ['o+0']]);
    alice.does();
    expect(kernel.keys(alice.root)).toEqual([]);
  });
});

describe('the end of a vat', () => {
  test('9: a refused crank consumes its message and rejects the result; nothing else of it counts', () => {
    const { kernel, alice, bob, alices } = pair();
    alices(send('o-1', 'ask', [], 'p+5'), ['subscribe', vref('p+5')]);
    bob.next();
    bob.does(['vatstoreSet', 'key', 'value'], send('o-99', 'oops'));
    expect(bob.isAlive).toBe(false);
    expect(kernel.keys(`${bob.vatID}.`)).toEqual([]);
    expect(alice.next()).toMatchObject([
      'notify',
      [['p+5', true, { body: expect.stringContaining('vat bob terminated') as string }]],
    ]);
  });

  test('9: what the crank sent before it failed was never sent', () => {
    const { kernel, bob, alices, alice } = pair();
    expect(alices(send('o-1', 'hello'), ['exit', true, data()]).refused).toMatchObject({
      code: 'VAT_TERMINATED',
    });
    expect(alice.isAlive).toBe(false);
    expect(bob.deliveries()).toEqual([]);
    expect(kernel.effects()).toContainEqual(expect.objectContaining({ type: 'vat-ended' }));
  });

  test('10: exports of an ended vat are orphans, its promises are rejected oldest first', () => {
    const { kernel, alice, bob, alices } = pair();
    alices(send('o-1', 'take', ['o+3', 'p+6', 'p+5']));
    bob.next();
    bob.does(['subscribe', vref('p-2')], ['subscribe', vref('p-1')]);
    const ko = kernel.core.kernel.tables.cLists.toKernel(bob.vatID, vref('o-1'))?.kref as never;
    alices(['exit', false, data()] as never);
    expect(alice.isAlive).toBe(false);
    expect(kernel.owner(ko)).toBe('none:v2');
    expect(bob.next()).toMatchObject(['notify', [['p-1', true, {}]]]);
    bob.does();
    expect(bob.next()).toMatchObject(['notify', [['p-2', true, {}]]]);
    // Bob lets go of the orphan, and nothing comes back to life.
    bob.does(['dropImports', [vref('o-1')]], ['retireImports', [vref('o-1')]]);
    expect(kernel.keys(`${alice.vatID}.`)).toEqual([]);
    expect(kernel.keys(ko)).toEqual([]);
  });

  test('10: those who only recognize an orphan are told once that it is gone', () => {
    const { kernel, alice, bob, alices } = pair();
    alices(send('o-1', 'take', ['o+3']));
    bob.next();
    bob.does(['dropImports', [vref('o-1')]]);
    alice.deliveries();
    kernel.input((host) => host.terminateVat(alice.vatID, false, data(), 'enough'));
    expect(bob.next()).toEqual(['retireImports', ['o-1']]);
    bob.does();
    expect(bob.deliveries()).toEqual([]);
    expect(kernel.keys(`${bob.vatID}.r.o-`)).toEqual([]);
  });

  test('a vat may end with a reason that names its own things', () => {
    const { kernel, alice, alices } = pair();
    alices(['exit', true, sole(vref('o+9'))]);
    expect(alice.isAlive).toBe(false);
    kernel.insistSound();
  });
});
