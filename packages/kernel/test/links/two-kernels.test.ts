import type { CapData, KObject, VatDeliveryObject, VatSyscallObject, VRef } from '@cooperage/types';
import { describe, expect, it } from 'vitest';
import {
  call,
  data,
  fulfil,
  makeTestKernel,
  NOTHING,
  reject,
  send,
  sole,
  type TestVat,
  vref,
} from '../core/a-kernel.js';
import {
  type Cluster,
  expectNothingShared,
  findRoot,
  type LinkedKernel,
  makeCluster,
  peerID,
  settleOutputs,
} from './a-cluster.js';

/** Vat alice at kernel 0 has bob of kernel 1 as o-1. */
const aliceAndBob = () => {
  const cluster = makeCluster(2);
  const [here, there] = cluster.kernels as [LinkedKernel, LinkedKernel];
  const bob = there.vat('bob');
  const { ref, release } = findRoot(cluster, 0, 1, bob.root);
  const alice = here.vat('alice', 1, ref);
  return { cluster, here, there, alice, bob, ref, release };
};

/** Has a vat do something: it is sent a message by its host, and does this in that crank. */
const act = (kernel: LinkedKernel, vat: TestVat, ...syscalls: VatSyscallObject[]): void => {
  kernel.input((host) => host.send(vat.root, call('go')));
  vat.next();
  vat.does(...syscalls);
};

const nameOf = (delivery: VatDeliveryObject): string => {
  if (delivery[0] !== 'message') return delivery[0];
  return (JSON.parse(delivery[2].methargs.body.slice(1)) as [string])[0];
};

const slotsOf = (delivery: VatDeliveryObject): readonly string[] => {
  const [tag, , message] = delivery as unknown as [string, string, { methargs: CapData }];
  return tag === 'message' ? message.methargs.slots : [];
};

/** Nothing but a promise: what is resolved to it follows it. */
const lone = (vpid: string): CapData<VRef> => ({ body: '#"&0"', slots: [vref(vpid)] });

const newsIn = (delivery: VatDeliveryObject): [string, boolean, CapData][] =>
  delivery[0] === 'notify' ? (delivery[1] as unknown as [string, boolean, CapData][]) : [];

describe('two kernels', () => {
  it('have another name only as long as they have had no peer', () => {
    const alone = makeTestKernel();
    alone.input((host) => host.join(peerID(7)));
    alone.input((host) => host.join(peerID(8)));
    expect(alone.core.kernel.tables.links.self()).toBe('s8~1');
    const { here } = aliceAndBob();
    expect(() => here.input((host) => host.join(peerID(8)))).toThrow(
      'this kernel cannot be named s8~1: s1~1 hold references under its former name s0~1',
    );
  });

  it('pass a message and its answer', () => {
    const { cluster, here, there, alice, bob } = aliceAndBob();
    act(here, alice, send('o-1', 'hello', [], 'p+5'), ['subscribe', vref('p+5')]);
    expect(here.sent(there.self)).toEqual([
      [expect.any(Number), 0, 'send', 'o.s1~1.1', call('hello').body, [], 's0~1#2', 1],
    ]);
    cluster.settle();
    const delivery = bob.next();
    expect(nameOf(delivery)).toBe('hello');
    const { result } = (delivery as unknown as [string, string, { result: string }])[2];
    bob.does(fulfil(result, NOTHING));
    cluster.settle();
    expect(newsIn(alice.next())).toEqual([['p+5', false, NOTHING]]);
    alice.does();
  });

  it('give the object of the other one the same name in both directions', () => {
    const { cluster, here, there, alice, bob } = aliceAndBob();
    act(here, alice, send('o-1', 'take', ['o+3', 'o-1']));
    cluster.settle();
    // Its own root came back as it went.
    expect(slotsOf(bob.next())).toEqual(['o-1', 'o+0']);
    bob.does(send('o-1', 'thanks', ['o-1']));
    cluster.settle();
    const delivery = alice.next();
    expect(delivery[1]).toBe('o+3');
    expect(slotsOf(delivery)).toEqual(['o+3']);
    here.insistSound();
    there.insistSound();
  });

  it('pipeline messages to the answer, and keep their order behind the settlement', () => {
    const { cluster, here, alice, bob } = aliceAndBob();
    act(here, alice, send('o-1', 'make', [], 'p+5'), send('p+5', 'first'), [
      'subscribe',
      vref('p+5'),
    ]);
    cluster.settle();
    const { result } = (bob.next() as unknown as [string, string, { result: string }])[2];
    // It resolves to an object of alice: what was sent to the promise has to come back first.
    act(here, alice, send('o-1', 'take', ['o+7']));
    bob.does();
    cluster.settle();
    expect(slotsOf(bob.next())).toEqual(['o-1']);
    bob.does(fulfil(result, sole(vref('o-1'))));
    cluster.settle();
    const first = alice.next();
    expect([first[1], nameOf(first)]).toEqual(['o+7', 'first']);
    alice.does();
    expect(newsIn(alice.next())).toEqual([['p+5', false, sole('o+7')]]);
  });

  it('tell why a promise was rejected, and by which vat of which kernel', () => {
    const { cluster, here, bob, ref, there } = aliceAndBob();
    const answer = here.input((host) => host.send(ref, call('no')));
    cluster.settle();
    const { result } = (bob.next() as unknown as [string, string, { result: string }])[2];
    bob.does(reject(result, NOTHING));
    cluster.settle();
    expect(here.answer(answer)).toEqual({
      state: 'rejected',
      ...NOTHING,
      by: { name: 'bob', peer: there.self, id: undefined },
    });
  });

  it('pass a promise in the message whose answer it is, under the name that the receiver has', () => {
    const { cluster, here, there, alice, bob } = aliceAndBob();
    act(here, alice, send('o-1', 'take', ['o+3'], 'p+5'));
    cluster.settle();
    bob.next();
    bob.does(send('o-1', 'back', ['p-1'], 'p-1'));
    const [[, , , , , slots, result] = []] = there.sent(here.self).slice(-1);
    expect(slots).toEqual(['p.s0~1#2.1']);
    expect(result).not.toBe('s0~1#2');
    cluster.settle();
    here.insistSound();
    there.insistSound();
  });

  it('tell of a promise that follows one whose settlement sends it on', () => {
    const { cluster, here, there, alice, bob } = aliceAndBob();
    const carol = here.vat('carol');
    const led = here.input((host) => host.send(alice.root, call('lead')));
    const follower = here.input((host) => host.send(alice.root, call('follow')));
    const [, , { result: ofLed }] = alice.next() as unknown as [string, string, { result: string }];
    alice.does();
    const [, , { result: ofFollower }] = alice.next() as unknown as [
      ...[string, string, { result: string }],
    ];
    here.input((host) => host.send(carol.root, call('take', led, follower)));
    carol.next();
    // It waits on the one promise, and carries the other.
    carol.does(send('p-1', 'late', ['p-2']));
    alice.does(fulfil(ofFollower, lone(ofLed)), fulfil(ofLed, sole(vref('o-1'))));
    here.insistSound();
    cluster.settle();
    const delivery = bob.next();
    expect([nameOf(delivery), slotsOf(delivery)]).toEqual(['late', ['p-1']]);
    bob.does(['subscribe', vref('p-1')]);
    expect(newsIn(bob.next())).toEqual([['p-1', false, sole('o+0')]]);
    there.insistSound();
  });

  it('collect across the link what is not needed any more', () => {
    const { cluster, here, there, alice, bob, release } = aliceAndBob();
    act(here, alice, send('o-1', 'take', ['o+3'], 'p+5'), ['subscribe', vref('p+5')]);
    cluster.settle();
    const { result } = (bob.next() as unknown as [string, string, { result: string }])[2];
    bob.does(fulfil(result, data(vref('o+9'), vref('o-1'))));
    cluster.settle();
    const [[, , told] = []] = newsIn(alice.next()) as [[string, boolean, CapData]];
    expect(told?.slots).toEqual(['o-2', 'o+3']);
    alice.does(['dropImports', [vref('o-2')]], ['retireImports', [vref('o-2')]]);
    cluster.settle();
    expect(bob.next()).toEqual(['dropExports', ['o+9']]);
    bob.does();
    expect(bob.next()).toEqual(['retireExports', ['o+9']]);
    bob.does(['dropImports', [vref('o-1')]], ['retireImports', [vref('o-1')]]);
    cluster.settle();
    expect(alice.next()).toEqual(['dropExports', ['o+3']]);
    alice.does();
    expect(alice.next()).toEqual(['retireExports', ['o+3']]);
    alice.does();
    act(here, alice, ['dropImports', [vref('o-1')]], ['retireImports', [vref('o-1')]]);
    release();
    there.input((host) => host.offer('root'));
    settleOutputs(here);
    cluster.settle();
    expectNothingShared(cluster);
  });

  it('tell those who only compare an object that it is gone', () => {
    const { cluster, here, there, alice, bob } = aliceAndBob();
    act(here, alice, send('o-1', 'take', ['o+3']));
    cluster.settle();
    bob.next();
    bob.does(['dropImports', [vref('o-1')]]);
    cluster.settle();
    expect(alice.next()).toEqual(['dropExports', ['o+3']]);
    alice.does(['retireExports', [vref('o+3')]]);
    cluster.settle();
    expect(bob.next()).toEqual(['retireImports', ['o-1']]);
    bob.does();
    here.insistSound();
    there.insistSound();
    expect(there.keys('far.')).toEqual([]);
  });

  it('break what was of a lost kernel, with the reason', () => {
    const { cluster, here, there, alice, ref } = aliceAndBob();
    act(here, alice, send('o-1', 'take', ['o+3'], 'p+5'), ['subscribe', vref('p+5')]);
    cluster.settle();
    here.input((host) => host.peerLost(there.self, 'its disk burned'));
    expect(newsIn(alice.next())).toEqual([
      ['p+5', true, expect.objectContaining({ body: expect.stringContaining('its disk burned') })],
    ]);
    alice.does();
    expect(alice.next()).toEqual(['dropExports', ['o+3']]);
    const answer = here.input((host) => host.send(ref, call('again')));
    expect(here.answer(answer)).toMatchObject({ state: 'rejected', by: { code: 'PEER_LOST' } });
    here.insistSound();
  });

  it('go on after a crash on either side', () => {
    const { cluster, here, there, alice } = aliceAndBob();
    act(here, alice, send('o-1', 'one'), send('o-1', 'two'));
    const [one, two] = here.sent(there.self) as [unknown[], unknown[]];
    const texts = [JSON.stringify(one), JSON.stringify(two)] as const;
    expect(there.input((host) => host.arrive(here.self, texts[0]))).toBe('taken');
    // The sender has not heard, and sends it again.
    expect(there.input((host) => host.arrive(here.self, texts[0]))).toBe('known');
    expect(there.input((host) => host.arrive(here.self, texts[1]))).toBe('taken');
    here.input((host) => host.peerTook(there.self, one[0] as number));
    here.input((host) => host.peerTook(there.self, two[0] as number));
    expect(here.sent(there.self)).toEqual([]);
    cluster.settle();
  });

  it('reject what is asked of a name that nothing is offered under', () => {
    const { cluster, here, there } = aliceAndBob();
    const kp = here.input((host) => host.find(there.self, 'nothing'));
    cluster.settle();
    expect(here.answer(kp)).toMatchObject({ state: 'rejected', by: { code: 'NAME_NOT_OFFERED' } });
  });
});

/** Alice is at kernel 0, bob at kernel 1, carol at kernel 2. Alice has bob as o-1 and carol as o-2. */
const three = () => {
  const cluster: Cluster = makeCluster(3);
  const [k0, k1, k2] = cluster.kernels as [LinkedKernel, LinkedKernel, LinkedKernel];
  const bob = k1.vat('bob');
  const carol = k2.vat('carol');
  const refs: KObject[] = [
    findRoot(cluster, 0, 1, bob.root).ref,
    findRoot(cluster, 0, 2, carol.root).ref,
  ];
  const alice = k0.vat('alice', 1, ...refs);
  return { cluster, k0, k1, k2, alice, bob, carol };
};

describe('three kernels', () => {
  it('hand an object off, so that later messages touch no third one', () => {
    const { cluster, k0, k1, k2, alice, bob, carol } = three();
    act(k0, alice, send('o-1', 'meet', ['o-2']));
    cluster.settle();
    expect(slotsOf(bob.next())).toEqual(['o-1']);
    bob.does(send('o-1', 'hello'));
    expect(k1.sent(k0.self)).toEqual([]);
    expect(k1.sent(k2.self)).toHaveLength(1);
    cluster.settle();
    expect(nameOf(carol.next())).toBe('hello');
  });

  it('deliver what was sent before a reference was passed on first', () => {
    const { cluster, k0, k1, k2, alice, bob, carol } = three();
    act(k0, alice, send('o-2', 'first'), send('o-1', 'meet', ['o-2']));
    // The link from alice to carol is held up.
    while (cluster.convey(0, 1) === 'taken');
    bob.next();
    bob.does(send('o-1', 'second'));
    expect(cluster.convey(1, 2)).toBe('waits');
    while (cluster.convey(0, 2) === 'taken');
    expect(cluster.convey(1, 2)).toBe('taken');
    expect(nameOf(carol.next())).toBe('first');
    carol.does();
    expect(nameOf(carol.next())).toBe('second');
    for (const kernel of [k0, k1, k2]) kernel.insistSound();
  });

  it('shorten a promise once it is settled', () => {
    const { cluster, k0, k1, k2, alice, bob, carol } = three();
    act(k0, alice, send('o-2', 'make', [], 'p+5'), send('o-1', 'use', ['p+5']));
    cluster.settle();
    expect(slotsOf(bob.next())).toEqual(['p-1']);
    bob.does(send('p-1', 'early'), ['subscribe', vref('p-1')]);
    cluster.settle();
    const { result } = (carol.next() as unknown as [string, string, { result: string }])[2];
    carol.does(fulfil(result, sole(vref('o+4'))));
    cluster.settle();
    expect(nameOf(carol.next())).toBe('early');
    carol.does();
    expect(newsIn(bob.next())).toEqual([['p-1', false, sole('o-1')]]);
    bob.does(send('o-1', 'late'));
    expect(k1.sent(k0.self)).toEqual([]);
    cluster.settle();
    expect(nameOf(carol.next())).toBe('late');
    for (const kernel of [k0, k1, k2]) kernel.insistSound();
    expect([k0, k1, k2].flatMap((kernel) => kernel.keys('via.'))).toEqual([]);
  });
});
