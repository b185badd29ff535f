/** The atomic upgrade: one vat's code and heap are replaced, in one crank or not at all. */
import { beforeEach, describe, expect, test } from 'vitest';
import type {
  CapData,
  KPromise,
  KRef,
  VatDeliveryObject,
  VatSyscallObject,
} from '@cooperage/types';
import {
  call,
  data,
  isPromiseRef,
  makeTestKernel,
  NOTHING,
  outputsOf,
  send,
  type TestKernel,
  type TestVat,
  vref,
} from './a-kernel.js';

const NEW_BUNDLE = `b1-${'1'.repeat(128)}` as never;
const set = (key: string, value: string) => ['vatstoreSet', key, value] as const;

describe.each([1, 4])('with a window of %i', (window) => {
  let kernel: TestKernel;
  let bob: TestVat;
  let alice: TestVat;

  beforeEach(() => {
    kernel = makeTestKernel('issue');
    bob = kernel.vat('bob', window);
    alice = kernel.vat('alice', 1, bob.root);
  });

  const tables = () => kernel.core.kernel.tables;
  const tell = (vat: TestVat, ...syscalls: Parameters<TestVat['does']>) => {
    kernel.input((host) => host.send(vat.root, call('go')));
    vat.deliveries();
    return vat.does(...syscalls);
  };
  const ask = (...parameters: string[]): KPromise =>
    kernel.input((host) =>
      host.upgradeVat(bob.vatID, {
        bundleID: NEW_BUNDLE,
        vatParameters: data(...(parameters as never[])),
        upgradeMessage: 'better now',
      }),
    );
  const expectNext = (tag: string): VatDeliveryObject => {
    const [delivery, ...others] = bob.deliveries();
    expect(others).toEqual([]);
    expect(delivery?.delivery[0]).toBe(tag);
    return delivery!.delivery;
  };
  const upTo = (step: 'stopVat' | 'startVat', ...parameters: string[]) => {
    const result = ask(...parameters);
    expectNext('bringOutYourDead');
    bob.does();
    expectNext('stopVat');
    if (step === 'stopVat') return result;
    bob.does();
    expectNext('startVat');
    return result;
  };
  const answer = (kp: KPromise) => ({
    state: tables().promises.get(kp).state,
    body: tables().promises.getData(kp).body,
  });
  const rows = (prefix: string) =>
    kernel.keys(prefix).map((key) => `${key}=${tables().rows.get(key)}`);

  test('11: reaps first, then stops and starts, with nothing between, and says which incarnation it is', () => {
    const result = ask();
    kernel.input((host) => host.send(bob.root, call('later')));
    expectNext('bringOutYourDead');
    bob.does();
    expect(expectNext('stopVat')).toEqual([
      'stopVat',
      {
        body: '#{"incarnationNumber":0,"name":"vatUpgraded","upgradeMessage":"better now"}',
        slots: [],
      },
    ]);
    bob.does();
    expectNext('startVat');
    kernel.effects();
    bob.does(set('x', '1'));
    expect(kernel.effects()).toContainEqual({
      type: 'vat-upgraded',
      vatID: bob.vatID,
      name: 'bob',
      incarnation: 1,
    });
    expectNext('message');
    expect(answer(result)).toEqual({ state: 'fulfilled', body: '#{"incarnationNumber":1}' });
    expect(tables().vats.options(bob.vatID).bundleID).toBe(NEW_BUNDLE);
    bob.does();
    expect(kernel.core.isIdle()).toBe(true);
  });

  test('waits until the window is empty', () => {
    for (const each of ['one', 'two', 'three']) {
      kernel.input((host) => host.send(bob.root, call(each)));
    }
    ask();
    expect(bob.deliveries()).toHaveLength(Math.min(3, window));
    for (let i = 0; i < 3; i += 1) {
      bob.does();
      if (i < 2)
        expect(bob.deliveries().every(({ delivery }) => delivery[0] === 'message')).toBe(true);
    }
    expectNext('bringOutYourDead');
  });

  test('the transcript begins anew, and so does what a worker runs again', () => {
    tell(bob, set('x', '1'));
    upTo('startVat');
    const { options, first } = kernel.core.incarnation(bob.vatID);
    expect([options.bundleID, first]).toEqual([NEW_BUNDLE, tables().windows.acked(bob.vatID) + 1]);
    bob.does();
    tell(bob, set('x', '2'));
    expect(kernel.keys(`${bob.vatID}.t.`).filter((key) => !key.endsWith('newest'))).toHaveLength(2);
    expect(kernel.core.incarnation(bob.vatID).first).toBe(first);
  });

  test('11: promises that the old incarnation decided are rejected with the disconnection', () => {
    tell(alice, send('o-1', 'ask', [], 'p+5'), ['subscribe', vref('p+5')]);
    const asked = bob.deliveries();
    expect(asked).toHaveLength(1);
    bob.does(); // it will answer later
    upTo('startVat');
    expect(alice.deliveries()).toEqual([]);
    bob.does();
    expect(alice.next()).toEqual([
      'notify',
      [
        [
          'p+5',
          true,
          {
            body: '#{"incarnationNumber":0,"name":"vatUpgraded","upgradeMessage":"better now"}',
            slots: [],
          },
        ],
      ],
    ]);
    alice.does();
  });

  test('the new incarnation hears of promises that the old one decided and waited for itself', () => {
    tell(bob, send('o+0', 'keep', ['p+5', 'p+6']), ['subscribe', vref('p+5')]);
    bob.deliveries();
    bob.does();
    upTo('startVat');
    bob.does();
    expect(bob.next()).toMatchObject(['notify', [['p+5', true, {}]]]);
    bob.does();
    const left = [...tables().cLists.list(bob.vatID)].map(([each]) => each);
    expect(left.filter(isPromiseRef)).toEqual([]);
    expect(kernel.core.isIdle()).toBe(true);
  });

  test('11: only the root and what is durable is still exported, and still the same', () => {
    kernel.input((host) => host.send(alice.root, call('hold', bob.root)));
    const [held] = alice.deliveries();
    expect(held).toBeDefined();
    alice.does(send('o-1', 'give', ['o+1']));
    bob.deliveries();
    bob.does(send('o-1', 'take', ['o+7', 'o+v10/1', 'o+d11/1', 'o+d11/2:1']));
    alice.deliveries();
    alice.does();
    const exported = () =>
      [...tables().cLists.list(bob.vatID)]
        .map(([each]) => each)
        .filter((each) => each.startsWith('o+'));
    expect(exported().sort()).toEqual(['o+0', 'o+7', 'o+d11/1', 'o+d11/2:1', 'o+v10/1']);
    const broken = tables().cLists.toKernel(bob.vatID, vref('o+7'))!.kref;
    upTo('startVat');
    bob.does();
    expect(exported().sort()).toEqual(['o+0', 'o+d11/1', 'o+d11/2:1']);
    expect(kernel.owner(broken)).toBe('none');
    expect(tables().objects.get(bob.root).owner).toBe(bob.vatID);
  });

  test('imports stay that durable data holds or recognizes, or that startVat brings', () => {
    const carols = ['c1', 'c2', 'c3', 'c4'].map((name) => kernel.vat(name));
    kernel.input((host) => host.send(bob.root, call('take', ...carols.map(({ root }) => root))));
    const [delivery] = bob.deliveries();
    const { delivery: brought } = delivery!;
    const imports = brought[0] === 'message' ? brought[2].methargs.slots : [];
    bob.does(set(`vom.rc.${imports[0]}`, '1'), set(`vom.ir.${imports[1]}|5`, '1'));
    upTo('startVat', carols[2]!.root);
    bob.does();
    const left = imports.map((each) => tables().cLists.toKernel(bob.vatID, vref(each))?.reachable);
    expect(left).toEqual([true, false, true, undefined]);
  });

  test('what stopVat wrote is seen by the new incarnation and counts with it', () => {
    upTo('stopVat');
    bob.does(set('left', 'by the old one'));
    expectNext('startVat');
    expect([...kernel.core.incarnation(bob.vatID).pendingWrites]).toEqual([
      ['left', 'by the old one'],
    ]);
    expect(rows(`${bob.vatID}.vs.`)).toEqual([]);
    bob.does(set('new', '1'));
    expect(rows(`${bob.vatID}.vs.`)).toEqual([
      `${bob.vatID}.vs.left=by the old one`,
      `${bob.vatID}.vs.new=1`,
    ]);
  });

  describe('11: when it fails, nothing has happened', () => {
    const failing: readonly [string, 'stopVat' | 'startVat', () => void][] = [
      [
        'startVat is an error',
        'startVat',
        () => {
          bob.says(
            JSON.stringify({
              n: tables().windows.acked(bob.vatID) + 1,
              status: ['error', 'defineDurableKind not called for tags: [Counter]'],
              syscalls: [],
              usage: null,
            }),
          );
        },
      ],
      [
        'startVat makes an illegal syscall',
        'startVat',
        () => bob.does(set('x', '9'), send('o-99', 'x')),
      ],
      ['startVat exits', 'startVat', () => bob.does(['exit', false, NOTHING])],
      [
        'startVat exits with failure, and its reason names an object that it made',
        'startVat',
        () => bob.does(['exit', true, { body: '#"$0"', slots: [vref('o+77')] }]),
      ],
      [
        'stopVat makes an illegal syscall',
        'stopVat',
        () => {
          bob.does(send('o-99', 'x'));
          // It is found when both are applied.
          bob.deliveries();
          bob.does();
        },
      ],
      ['the record is no record', 'startVat', () => bob.says('nonsense')],
      [
        'the worker fails for good in startVat',
        'startVat',
        () =>
          kernel.input((host) =>
            host.failVat(bob.vatID, NOTHING, 'its worker was lost three times'),
          ),
      ],
      [
        'the worker fails for good in stopVat',
        'stopVat',
        () => kernel.input((host) => host.failVat(bob.vatID, NOTHING, 'it took too long')),
      ],
    ];

    test.each(failing)('%s', (_, step, fail) => {
      tell(alice, send('o-1', 'ask', [], 'p+5'), ['subscribe', vref('p+5')]);
      bob.deliveries();
      bob.does(set('x', '1'));
      const fresh = kernel.vat('fresh');
      const before = rows(`${bob.vatID}.`).filter(
        (row) => !/\.object=|\.in\.|\.reapCounters=/.test(row),
      );
      const result = ask(fresh.root);
      expectNext('bringOutYourDead');
      bob.does();
      expectNext('stopVat');
      const reaped = `${bob.vatID}.t.`;
      if (step === 'startVat') {
        bob.does(set('x', '2'));
        expectNext('startVat');
      }
      kernel.effects();
      fail();
      const after = rows(`${bob.vatID}.`).filter(
        (row) => !/\.object=|\.in\.|\.reapCounters=/.test(row) && !row.startsWith(reaped),
      );
      // The reaping counts, and nothing else.
      const counted = (row: string) => /\.(delivered|acked)=/.test(row);
      expect(after.filter((row) => !counted(row))).toEqual(
        before.filter((row) => !counted(row) && !row.startsWith(reaped)),
      );
      expect(tables().windows.acked(bob.vatID)).toBe(tables().windows.delivered(bob.vatID));
      expect(answer(result)).toMatchObject({
        state: 'rejected',
        body: expect.stringContaining('bob was not upgraded'),
      });
      expect(kernel.effects()).toContainEqual({ type: 'worker-stale', vatID: bob.vatID });
      expect(alice.deliveries()).toEqual([]);
      // And it goes on.
      tell(bob, set('y', '1'));
      expect(bob.isAlive).toBe(true);
      expect(kernel.core.isIdle()).toBe(true);
    });

    test('parameters that would not survive it', () => {
      tell(alice, send('o-1', 'give', ['o+1']));
      bob.deliveries();
      bob.does(send('o-1', 'take', ['o+7']));
      alice.deliveries();
      alice.does();
      const own = tables().cLists.toKernel(bob.vatID, vref('o+7'))!.kref;
      const result = ask(own);
      expectNext('bringOutYourDead');
      bob.does();
      expectNext('stopVat');
      bob.does();
      expect(answer(result).body).toMatch(/does not survive the upgrade/);
      tell(bob);
      expect(bob.isAlive).toBe(true);
    });
  });

  describe('without parameters', () => {
    const askAlice = (vatParameters?: CapData<KRef>) =>
      kernel.input((host) =>
        host.upgradeVat(alice.vatID, {
          bundleID: NEW_BUNDLE,
          upgradeMessage: 'better now',
          ...(vatParameters !== undefined && { vatParameters }),
        }),
      );
    const startOfAlice = (): VatDeliveryObject | undefined => {
      for (const tag of ['bringOutYourDead', 'stopVat']) {
        expect(alice.next()[0]).toBe(tag);
        alice.does();
      }
      return alice.deliveries()[0]?.delivery;
    };

    test('the vat is started with those that it has, however often it is upgraded', () => {
      for (const incarnationNumber of [1, 2]) {
        const result = askAlice();
        expect(startOfAlice()).toEqual(['startVat', data('o-1')]);
        alice.does(set('vom.rc.o-1', '1'));
        expect(answer(result).body).toBe(`#{"incarnationNumber":${incarnationNumber}}`);
      }
      askAlice({ body: '#"others"', slots: [] });
      expect(startOfAlice()).toEqual(['startVat', { body: '#"others"', slots: [] }]);
      alice.does();
      askAlice();
      expect(startOfAlice()).toEqual(['startVat', { body: '#"others"', slots: [] }]);
      alice.does();
    });

    test('those of an upgrade that is rolled back are not kept', () => {
      askAlice({ body: '#"others"', slots: [] });
      startOfAlice();
      alice.does(['exit', true, NOTHING]);
      askAlice();
      expect(startOfAlice()).toEqual(['startVat', data('o-1')]);
    });

    test.each([
      ['dropped', [['dropImports', [vref('o-1')]]]],
      [
        'retired',
        [
          ['dropImports', [vref('o-1')]],
          ['retireImports', [vref('o-1')]],
        ],
      ],
    ] satisfies [string, VatSyscallObject[]][])(
      'they do not hold what the vat has %s: the upgrade is rolled back and asks for others',
      (_, syscalls) => {
        tell(alice, ...syscalls);
        kernel.input((host) => host.unpin(bob.root));
        bob.deliveries().forEach(() => bob.does());
        const result = askAlice();
        expect(startOfAlice()).toBeUndefined();
        expect(answer(result)).toMatchObject({
          state: 'rejected',
          body: expect.stringMatching(/has dropped since: give the upgrade new vatParameters/),
        });
        askAlice({ body: '#"others"', slots: [] });
        expect(startOfAlice()).toEqual(['startVat', { body: '#"others"', slots: [] }]);
        alice.does();
        expect(tables().vats.options(alice.vatID).bundleID).toBe(NEW_BUNDLE);
      },
    );
  });

  test('a vat that ends in the middle of an upgrade, and one that waits for it, say so', () => {
    const first = upTo('startVat');
    const second = ask();
    kernel.input((host) => host.terminateVat(bob.vatID, true, NOTHING, 'ended by the host'));
    for (const kp of [first, second]) {
      expect(answer(kp)).toMatchObject({
        state: 'rejected',
        body: expect.stringContaining('vat bob terminated: ended by the host'),
      });
    }
    for (const output of outputsOf(kernel)) kernel.input((host) => host.settleOutput(output));
    expect(kernel.core.isIdle()).toBe(true);
  });

  test('a vat that ends itself by its own admin facet while it starts anew is ended, and who asked is told', () => {
    const admin = kernel.input((host) => {
      const made = host.provideVatAdmin();
      host.pin(made);
      host.setName('bundle', 'code', NEW_BUNDLE);
      return made;
    });
    const made = kernel.input((host) =>
      host.send(admin, { body: '#["createVat",["code"]]', slots: [] }),
    );
    const carol = tables().vats.list().at(-1)!;
    const ok = (n: number, ...syscalls: unknown[]) => {
      kernel.core.arrived(
        carol,
        JSON.stringify({
          n,
          status: ['ok'],
          syscalls: syscalls.map((each) => [each]),
          usage: null,
        }),
      );
      kernel.core.retireNext();
      kernel.insistSound();
    };
    ok(1);
    const { slots } = tables().promises.getData(made);
    const facet = slots.find((each) => kernel.owner(each) === 'kernel')!;
    const result = kernel.input((host) =>
      host.upgradeVat(carol, {
        bundleID: NEW_BUNDLE,
        vatParameters: data(facet),
        upgradeMessage: 'better now',
      }),
    );
    ok(2);
    ok(3);
    ok(4, send('o-1', 'terminateWithFailure'));
    expect(tables().vats.isAlive(carol)).toBe(false);
    expect(answer(result)).toMatchObject({
      state: 'rejected',
      body: expect.stringContaining('terminated'),
    });
  });

  test('two upgrades, one after the other', () => {
    const first = upTo('startVat');
    const second = ask();
    bob.does();
    expect(answer(first).body).toBe('#{"incarnationNumber":1}');
    expectNext('bringOutYourDead');
    bob.does();
    expectNext('stopVat');
    bob.does();
    expectNext('startVat');
    bob.does();
    expect(answer(second).body).toBe('#{"incarnationNumber":2}');
  });

  test('in issue order others wait for it, whatever arrives first', () => {
    upTo('startVat');
    kernel.input((host) => host.send(alice.root, call('go')));
    alice.deliveries();
    expect(alice.does()).toBeUndefined();
    // The record of the new incarnation comes, and both are retired.
    expect(bob.does()).toMatchObject({ vatID: bob.vatID });
    expect(kernel.core.retireNext()).toMatchObject({ vatID: alice.vatID });
  });
});
