/** Promises that are resolved to another promise: they follow it. */
import { describe, expect, test } from 'vitest';
import {
  type CapData,
  finishWork,
  isKPromise,
  type KPromise,
  type VatSyscallObject,
  type VRef,
} from '@cooperage/types';
import { checkTables } from '../../src/check/check.js';
import {
  call,
  data,
  fulfil,
  makeTestKernel,
  outputsOf,
  promisesOf,
  reject,
  send,
  sole,
  type TestVat,
  vref,
} from './a-kernel.js';

/** Capdata of a promise and nothing else. */
const lone = (vpid: string): CapData<VRef> => ({ body: '#"&0"', slots: [vref(vpid)] });

const methodOf = (delivery: unknown): string => {
  const [, , { methargs }] = delivery as ['message', string, { methargs: CapData<string> }];
  return (JSON.parse(methargs.body.slice(1)) as [string])[0];
};

/** Takes what is delivered to the vat, one delivery after the other; its own cranks do nothing. */
const drain = (vat: TestVat): string[] => {
  const seen: string[] = [];
  for (let list = vat.deliveries(); list.length > 0; list = vat.deliveries()) {
    for (const { delivery } of list) {
      seen.push(delivery[0] === 'message' ? methodOf(delivery) : delivery[0]);
      vat.does();
    }
  }
  return seen;
};

/** Alice decides p+5 to p+9; bob, who knows some of them, hears what becomes of them. Carol is o-1 for both. */
const trio = (window = 1) => {
  const kernel = makeTestKernel();
  const { tables } = kernel.core.kernel;
  const carol = kernel.vat('carol', window);
  const bob = kernel.vat('bob', window, carol.root);
  const alice = kernel.vat('alice', window, carol.root, bob.root);
  const crankOf =
    (vat: TestVat) =>
    (...syscalls: VatSyscallObject[]) => {
      kernel.input((host) => host.send(vat.root, call('go')));
      vat.deliveries();
      return vat.does(...syscalls);
    };
  const alices = crankOf(alice);
  const bobs = crankOf(bob);
  const names = new Map<string, KPromise>();
  /** Alice tells bob of promises: p-1, p-2 and so on, to which he subscribes. */
  const share = (...vpids: string[]): void => {
    alices(send('o-2', 'take', vpids));
    bob.next();
    bob.does(...vpids.map((_, i) => ['subscribe', vref(`p-${i + 1}`)] as const));
    for (const vpid of vpids) {
      names.set(vpid, tables.cLists.toKernel(alice.vatID, vref(vpid))?.kref as KPromise);
    }
  };
  const row = (vpid: string) => tables.promises.find(names.get(vpid) as KPromise);
  return { kernel, tables, alice, bob, carol, alices, bobs, share, row, names };
};

describe('a promise that is resolved to another one', () => {
  test('is told, with what became of that one, under its own name', () => {
    const { bob, alices, share, row } = trio();
    share('p+5', 'p+6');
    expect(alices(fulfil('p+5', lone('p+6'))).refused).toBeUndefined();
    expect(row('p+5')).toMatchObject({ state: 'unresolved', decider: undefined });
    expect(bob.deliveries()).toEqual([]);
    alices(fulfil('p+6', sole(vref('o-1'))));
    expect(bob.next()).toMatchObject(['notify', [['p-2', false, { slots: ['o-1'] }]]]);
    bob.does();
    expect(bob.next()).toMatchObject(['notify', [['p-1', false, { slots: ['o-1'] }]]]);
    bob.does();
    expect(bob.deliveries()).toEqual([]);
  });

  test('is not told to the vat that redirected it, though it had asked while another was to decide', () => {
    const { kernel, bob, alice, alices, share } = trio();
    share('p+6');
    // Bob keeps it in existence.
    alices(
      send('o+0', 'mine', [], 'p+9'),
      ['subscribe', vref('p+9')],
      send('o-2', 'keep', ['p+9']),
    );
    expect(drain(bob)).toEqual(['keep']);
    alice.deliveries();
    alice.does(fulfil('p+9', lone('p+6')));
    kernel.insistSound();
    alices(fulfil('p+6', sole(vref('o-1'))));
    expect(drain(alice)).toEqual([]);
    expect(drain(bob)).toEqual(['notify']);
    kernel.insistSound();
  });

  test('is rejected with it', () => {
    const { bob, alices, share } = trio();
    share('p+5', 'p+6');
    alices(fulfil('p+5', lone('p+6')));
    alices(reject('p+6', data()));
    expect(bob.next()).toMatchObject(['notify', [['p-2', true, {}]]]);
    bob.does();
    expect(bob.next()).toMatchObject(['notify', [['p-1', true, {}]]]);
  });

  test('is decided by nobody any more', () => {
    const { alices, share, kernel, alice } = trio();
    share('p+5', 'p+6');
    alices(fulfil('p+5', lone('p+6')));
    expect(kernel.keys(`${alice.vatID}.r.p+5`)).toEqual([]);
    const twice = trio();
    twice.share('p+5', 'p+6');
    const batch = [lone('p+6'), data<VRef>()].map((each) => [vref('p+5'), false, each] as const);
    expect(twice.alices(['resolve', batch]).refused).toMatchObject({
      code: 'ILLEGAL_SYSCALL',
    });
  });

  test.each([
    ['fulfilled', false],
    ['rejected', true],
  ] as const)('takes what became of that one where it is %s already', (state, isReject) => {
    // Windows of four: the news of p-1 is out when bob resolves p+7 to it.
    const { kernel, tables, alice, bob, alices, share } = trio(4);
    share('p+5');
    kernel.input((host) => host.send(bob.root, call('go')));
    alices(['resolve', [[vref('p+5'), isReject, sole(vref('o-1'))]]]);
    expect(bob.deliveries().map(({ delivery }) => delivery[0])).toEqual(['message', 'notify']);
    bob.does(send('o-1', 'take', ['p+7']), fulfil('p+7', lone('p-1')));
    const kp = promisesOf(kernel).find((each) => tables.promises.get(each).follows !== undefined);
    expect(tables.promises.get(kp as KPromise)).toMatchObject({ state });
    expect(tables.promises.getData(kp as KPromise).slots).toHaveLength(1);
    bob.does();
    expect(alice.isAlive && bob.isAlive).toBe(true);
  });

  test('in one batch with it, in either order', () => {
    for (const isFirst of [true, false]) {
      const { bob, alices, share } = trio();
      share('p+5', 'p+6');
      const redirect = [vref('p+5'), false, lone('p+6')] as const;
      const resolve = [vref('p+6'), false, sole(vref('o-1'))] as const;
      alices(['resolve', isFirst ? [redirect, resolve] : [resolve, redirect]]);
      const told = [bob.next(), (bob.does(), bob.next())];
      expect(told.map((news) => (news as unknown as [string, [string][]])[1][0]?.[0])).toEqual([
        'p-2',
        'p-1',
      ]);
    }
  });

  test('is rejected with the end of the vat that decides that one', () => {
    const { bob, alices, share, alice } = trio();
    share('p+5', 'p+6');
    alices(fulfil('p+5', lone('p+6')));
    alices(['exit', true, data()]);
    expect(alice.isAlive).toBe(false);
    expect(bob.next()).toMatchObject(['notify', [['p-2', true, {}]]]);
    bob.does();
    expect(bob.next()).toMatchObject([
      'notify',
      [['p-1', true, { body: expect.stringContaining('vat alice terminated') as string }]],
    ]);
  });
});

describe('messages that wait on a promise that is redirected', () => {
  test('go behind what waits on the other one, and before all that is sent on either later', () => {
    const { alices, bobs, carol, share } = trio();
    share('p+5', 'p+6');
    bobs(send('p-2', 'first'), send('p-1', 'second'), send('p-1', 'third'));
    alices(fulfil('p+5', lone('p+6')));
    bobs(send('p-2', 'fourth'), send('p-1', 'fifth'));
    expect(drain(carol)).toEqual([]);
    alices(fulfil('p+6', sole(vref('o-1'))));
    expect(drain(carol)).toEqual(['first', 'second', 'third', 'fourth', 'fifth']);
  });

  test('come before what is sent because the news is told', () => {
    const { alices, bob, bobs, carol, share } = trio();
    share('p+5', 'p+6');
    bobs(send('p-1', 'waited'));
    alices(fulfil('p+5', lone('p+6')));
    alices(fulfil('p+6', sole(vref('o-1'))));
    bob.next();
    bob.does(send('o-1', 'sent because of the news'));
    expect(drain(carol)).toEqual(['waited', 'sent because of the news']);
  });

  test('are rejected where the other one is, and their results are', () => {
    const { alices, bob, bobs, share } = trio();
    share('p+5', 'p+6');
    bobs(send('p-1', 'waits', [], 'p+9'), ['subscribe', vref('p+9')]);
    alices(fulfil('p+5', lone('p+6')));
    alices(reject('p+6', data()));
    const told = [1, 2, 3].map(() => {
      const [, [[vpid, isReject]]] = bob.next() as unknown as ['notify', [[string, boolean]]];
      bob.does();
      return [vpid, isReject];
    });
    expect(told.sort()).toEqual([
      ['p+9', true],
      ['p-1', true],
      ['p-2', true],
    ]);
  });

  test('are given to a vat that decides the other one and takes part in pipelining', () => {
    const { tables, alice, alices, bob, bobs, carol, share, kernel } = trio();
    const pipelines = (vat: TestVat): void =>
      kernel.input(() =>
        tables.vats.setOptions(vat.vatID, {
          ...tables.vats.options(vat.vatID),
          enablePipelining: true,
        }),
      );
    share('p+5');
    pipelines(carol);
    // The answer of carol, who decides it as soon as she is given the question.
    alices(send('o-1', 'ask', [], 'p+6'));
    carol.next();
    bobs(send('p-1', 'first'), send('p-1', 'second'));
    alices(fulfil('p+5', lone('p+6')));
    carol.does();
    expect(carol.next()).toMatchObject(['message', 'p-1', {}]);
    carol.does();
    expect(methodOf(carol.next())).toBe('second');
    carol.does(fulfil('p-1', sole(vref('o+0'))));
    expect(alice.isAlive && bob.isAlive).toBe(true);
  });

  test('come behind those that a pipelining vat was given before and sends on itself', () => {
    const { tables, kernel, alice, alices, bobs, carol, share } = trio();
    kernel.input(() =>
      tables.vats.setOptions(alice.vatID, {
        ...tables.vats.options(alice.vatID),
        enablePipelining: true,
      }),
    );
    share('p+5');
    alices(send('o-1', 'ask', [], 'p+6'));
    expect(methodOf(carol.next())).toBe('ask');
    carol.does();
    bobs(send('p-1', 'first'), send('p-1', 'second'));
    expect(methodOf(alice.next())).toBe('first');
    alice.does(fulfil('p+5', lone('p+6')), send('p+6', 'first'));
    kernel.input((host) => host.send(carol.root, call('go')));
    carol.next();
    carol.does(fulfil('p-1', sole(vref('o+0'))));
    expect(drain(carol)).toEqual(['first', 'second']);
  });
});

describe('redirections', () => {
  test('one after the other leave nothing of those between that nobody knows', () => {
    const { kernel, tables, alices, bob, share, row } = trio();
    share('p+5');
    for (let i = 6; i < 40; i += 1) alices(fulfil(`p+${i - 1}`, lone(`p+${i}`)));
    const redirected = promisesOf(kernel).map((kp) => tables.promises.get(kp).follows);
    expect(redirected.filter((follows) => follows !== undefined)).toHaveLength(1);
    expect(row('p+5')).toMatchObject({ followers: 0 });
    alices(fulfil('p+39', sole(vref('o-1'))));
    expect(bob.next()).toMatchObject(['notify', [['p-1', false, { slots: ['o-1'] }]]]);
  });

  test('of promises that others know are gone through once', () => {
    const { tables, alices, bobs, share, names, row } = trio();
    const vpids = Array.from({ length: 30 }, (_, i) => `p+${i + 5}`);
    share(...vpids);
    for (let i = 0; i < 29; i += 1) {
      alices(fulfil(vpids[i] as string, lone(vpids[i + 1] as string)));
    }
    bobs(send('p-1', 'hello'));
    const last = names.get('p+34') as KPromise;
    expect(tables.promises.get(last)).toMatchObject({ queued: 1, followers: 29 });
    expect(row('p+5')?.follows).toBe(last);
  });

  test.each([1, 2, 5])('in a cycle of %d are rejected', (size) => {
    const { alices, bob, share } = trio();
    const vpids = Array.from({ length: size }, (_, i) => `p+${i + 5}`);
    share(...vpids);
    // In one batch: with each resolution alice forgets a name.
    alices([
      'resolve',
      vpids.map((vpid, i) => [vref(vpid), false, lone(vpids[(i + 1) % size] as string)] as const),
    ]);
    const told: string[] = [];
    for (const _ of vpids) {
      const [, news] = bob.next() as unknown as ['notify', [string, boolean, CapData<string>][]];
      bob.does();
      for (const [vpid, isReject, { body }] of news) {
        told.push(vpid);
        expect(isReject).toBe(true);
        expect(body).toContain('resolved to itself');
      }
    }
    expect(told.sort()).toEqual(vpids.map((_, i) => `p-${i + 1}`).sort());
  });

  test('of two vats that cross are rejected, not left to wait', () => {
    const { bob, bobs, alice, alices, share } = trio();
    share('p+5');
    alices(send('o-2', 'give', [], 'p+6'), ['subscribe', vref('p+6')]);
    const [, , { result }] = bob.next() as unknown as ['message', string, { result: string }];
    bob.does();
    alices(fulfil('p+5', lone('p+6')));
    bobs(fulfil(result, lone('p-1')));
    expect(alice.next()).toMatchObject(['notify', [['p+6', true, {}]]]);
    expect(bob.next()).toMatchObject(['notify', [['p-1', true, {}]]]);
  });

  test('that nobody knows any more are forgotten, with what waits in a cycle', () => {
    const { kernel, alice, alices, tables } = trio();
    // p+6 is the answer to a message that waits on p+5, and p+5 is redirected to it: nobody can ever resolve them.
    alices(send('p+5', 'ask', [], 'p+6'));
    alices(send('p+6', 'more', ['p+5']), fulfil('p+5', lone('p+6')));
    const inCycle = () =>
      promisesOf(kernel).filter((kp) => {
        const { follows, queued } = tables.promises.get(kp);
        return follows !== undefined || queued > 0;
      });
    expect(inCycle()).toHaveLength(2);
    kernel.input((host) => host.terminateVat(alice.vatID, false, data(), 'enough'));
    expect(inCycle()).toEqual([]);
  });

  test('leave nothing when all who knew are told', () => {
    const { kernel, alices, bob, share, names } = trio();
    share('p+5', 'p+6', 'p+7');
    alices(fulfil('p+5', lone('p+6')), fulfil('p+6', lone('p+7')));
    alices(fulfil('p+7', data()));
    drain(bob);
    const rest = [...names.values()].flatMap((kp) => kernel.keys(kp));
    expect(rest.filter((key) => isKPromise(key) || key.includes('.f.'))).toEqual([]);
  });

  test('are remembered by the tables alone', () => {
    const { kernel, tables, alices, share, row } = trio();
    share('p+5', 'p+6');
    alices(fulfil('p+5', lone('p+6')));
    kernel.input(() => finishWork(tables.writeOut(kernel.core.kernel.pace)));
    tables.forget();
    expect(row('p+5')?.follows).toBeDefined();
    expect(row('p+6')).toMatchObject({ followers: 1 });
  });
});

describe('where deliveries and records cross', () => {
  test('a vat that meets again what it redirected is told when it is known what becomes of it', () => {
    const { kernel, tables, alice, bob, bobs, alices, share } = trio(4);
    share('p+5', 'p+6');
    // Alice is given her own promises by bob, while the crank in which she redirects one is under way.
    kernel.input((host) => host.send(alice.root, call('go')));
    bobs(send('o-1', 'unused'));
    kernel.input((host) =>
      host.send(alice.root, call('take', ...(namesOf(tables, alice, 'p+5') as never[]))),
    );
    expect(alice.deliveries()).toHaveLength(2);
    alice.does(fulfil('p+5', lone('p+6')));
    expect(kernel.keys(`${alice.vatID}.r.p+5`)).toHaveLength(1);
    // For the vat the name is that of a new promise, which somebody else decides.
    alice.does(['subscribe', vref('p+5')]);
    alices(fulfil('p+6', sole(vref('o-1'))));
    expect(alice.next()).toMatchObject(['notify', [['p+5', false, { slots: ['o-1'] }]]]);
    alice.does();
    expect(kernel.keys(`${alice.vatID}.r.p+`)).toEqual([]);
    expect(bob.isAlive).toBe(true);
  });
});

describe('whoever answers with a promise', () => {
  test('may be the host', () => {
    const { kernel, alice, alices, bob, share, names } = trio();
    share('p+5');
    const service = kernel.input((host) => host.provideService('clock'));
    kernel.input((host) => host.send(alice.root, call('meet', service)));
    alice.next();
    alice.does(send('o-3', 'now', [], 'p+8'), ['subscribe', vref('p+8')]);
    const asked = outputsOf(kernel).find(
      (number) => kernel.core.kernel.tables.outputs.find(number)?.[0] === 'call',
    ) as number;
    kernel.input((host) =>
      host.settleOutput(asked, {
        isReject: false,
        data: { body: '#"&0"', slots: [names.get('p+5') as KPromise] },
      }),
    );
    expect(alice.deliveries()).toEqual([]);
    alices(fulfil('p+5', sole(vref('o-1'))));
    expect(alice.next()).toMatchObject(['notify', [['p+8', false, { slots: ['o-1'] }]]]);
    expect(bob.isAlive).toBe(true);
  });

  test('may be a vat with its end: who waits for that waits for the promise', () => {
    const { kernel, tables, alice, alices, bob, bobs, share } = trio();
    share('p+5');
    const done = kernel.input((host) => {
      const kp = tables.promises.add('kernel');
      kernel.core.kernel.lifecycle.whenDone(bob.vatID, kp);
      host.subscribe(kp);
      return kp;
    });
    bobs(['exit', false, lone('p-1')]);
    expect(bob.isAlive).toBe(false);
    expect(tables.promises.get(done)).toMatchObject({ state: 'unresolved' });
    alices(fulfil('p+5', sole(vref('o-1'))));
    expect(tables.promises.get(done)).toMatchObject({ state: 'fulfilled' });
    expect(alice.isAlive).toBe(true);
  });
});

test('the check of the whole database finds what does not fit', () => {
  const { kernel, alices, share, names } = trio();
  share('p+5', 'p+6');
  alices(fulfil('p+5', lone('p+6')));
  const [kp5, kp6] = [names.get('p+5'), names.get('p+6')] as [KPromise, KPromise];
  const rows = new Map<string, string>();
  for (const key of kernel.keys()) rows.set(key, kernel.tables.get(key) as string);
  const problems = (change: (changed: Map<string, string>) => void): string[] => {
    const changed = new Map(rows);
    change(changed);
    return checkTables({
      get: (key) => changed.get(key),
      has: (key) => changed.has(key),
      *keys(start, end) {
        for (const key of [...changed.keys()].sort()) if (key >= start && key < end) yield key;
      },
    }).map(({ problem }) => problem);
  };
  expect(problems(() => undefined)).toEqual([]);
  expect(problems((changed) => changed.delete(`${kp6}.f.${kp5}`))).toContain(
    `${kp6} has no row for it as a follower`,
  );
  expect(problems((changed) => changed.set(kp5, 'u 1 - 0 0 -'))).toContain(
    'it follows another promise, or none',
  );
});

const namesOf = (
  tables: ReturnType<typeof trio>['tables'],
  vat: TestVat,
  ...vpids: string[]
): KPromise[] =>
  vpids.map((vpid) => tables.cLists.toKernel(vat.vatID, vref(vpid))?.kref as KPromise);
