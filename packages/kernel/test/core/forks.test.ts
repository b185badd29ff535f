/** Fork and zygotes, rule by rule: a vat between two of its deliveries becomes two. */
import { beforeEach, describe, expect, test } from 'vitest';
import type {
  CapData,
  CrankTables,
  KObject,
  KPromise,
  KRef,
  VatDeliveryObject,
  VatID,
  VatSyscallObject,
} from '@cooperage/types';
import {
  call,
  data,
  fulfil,
  makeTestKernel,
  outputsOf,
  send,
  sole,
  type TestKernel,
  type TestVat,
  vref,
} from './a-kernel.js';

const set = (key: string, value: string): VatSyscallObject => ['vatstoreSet', key, value];
const subscribe = (promise: string): VatSyscallObject => ['subscribe', vref(promise)];

interface Made {
  readonly child: TestVat;
  readonly refs: readonly KObject[];
  readonly root: KObject;
  readonly admin: KObject;
}

describe.each([
  ['arrival', 1],
  ['issue', 4],
] as const)('in %s order, with a window of %i', (order, window) => {
  let kernel: TestKernel;
  let parent: TestVat;
  let friend: TestVat;
  let admin: KObject;

  const tables = () => kernel.core.kernel.tables;
  const rows = (prefix: string): string[] =>
    kernel.keys(prefix).map((key) => `${key.slice(prefix.length)}=${tables().rows.get(key)}`);
  const vats = (): VatID[] => tables().vats.list();

  /** A vat made through the vat administration, as vats are: with an admin facet, which the host holds. */
  const create = (options: Record<string, unknown> = {}): { vat: TestVat; admin: KObject } => {
    const result = kernel.input((host) => {
      const vatAdmin = host.provideVatAdmin();
      const methargs = {
        body: `#${JSON.stringify(['createVat', [`b1-${'0'.repeat(128)}`, { window, ...options }]])}`,
        slots: [],
      };
      return host.send(vatAdmin, methargs);
    });
    const vatID = vats().at(-1) as VatID;
    const { owner } = tables().objects.get(
      tables().cLists.toKernel(vatID, vref('o+0'))?.kref as KObject,
    );
    expect(owner).toBe(vatID);
    const root = tables().cLists.toKernel(vatID, vref('o+0'))?.kref as KObject;
    kernel.input((host) => host.pin(root));
    const vat = kernel.speakFor(vatID, root);
    vat.next();
    vat.does();
    const { slots } = tables().promises.getData(result);
    const facet = slots.find((kref) => tables().objects.get(kref as KObject).owner === 'kernel');
    kernel.input((host) => host.pin(facet as KObject));
    settleAll();
    return { vat, admin: facet as KObject };
  };

  /** Completes all that is out at the vat, without a word. */
  const drain = (vat: TestVat): void => {
    for (let left = 20; vat.isAlive && tables().windows.size(vat.vatID) > 0; left -= 1) {
      if (left === 0) throw new Error(`the turn of ${vat.vatID} does not come`);
      vat.does();
    }
    vat.deliveries();
  };

  /** All that is delivered to the vat until it has nothing to do, completed without a word. */
  const told = (vat: TestVat): VatDeliveryObject[] => {
    const heard: VatDeliveryObject[] = [];
    for (let out = vat.deliveries(); out.length > 0; out = vat.deliveries()) {
      heard.push(...out.map(({ delivery }) => delivery));
      for (const _ of out) vat.does();
    }
    return heard;
  };

  /** The promise that a message wants to be answered by. */
  const resultOf = (delivery: VatDeliveryObject): string =>
    delivery[0] === 'message' ? (delivery[2].result as string) : 'none';

  const settleAll = (): void => {
    for (const number of outputsOf(kernel)) kernel.input((host) => host.settleOutput(number));
  };

  const tell = (vat: TestVat, ...syscalls: VatSyscallObject[]) => {
    kernel.input((host) => host.send(vat.root, call('go')));
    vat.deliveries();
    return vat.does(...syscalls);
  };

  const asked = (facet: KObject, oldRefs: readonly KRef[], options: object = {}): KPromise =>
    kernel.input((host) =>
      host.send(facet, {
        body: `#${JSON.stringify(['fork', [oldRefs.map((kref, i) => `${kref.startsWith('kp') ? '&' : '$'}${i}`), options]])}`,
        slots: [...oldRefs],
      }),
    );

  const answerOf = (kp: KPromise): { state: string; data: CapData<KRef> } => ({
    state: tables().promises.get(kp).state,
    data: tables().promises.getData(kp),
  });

  /** Forks, and lets the child hear what is unreachable there, unless the test wants to see that itself. */
  const fork = (
    facet: KObject,
    oldRefs: readonly KRef[],
    options: object = {},
    hears = true,
  ): Made => {
    const result = asked(facet, oldRefs, options);
    const { state, data: made } = answerOf(result);
    expect([state, made.body]).toEqual(['fulfilled', expect.any(String)]);
    const body = JSON.parse(made.body.slice(1)) as { admin: string; refs: string[]; root: string };
    const slot = (text: string): KObject => made.slots[Number(/[0-9]+/.exec(text)?.[0])] as KObject;
    const refs = body.refs.map(slot);
    const root = slot(body.root);
    kernel.input((host) => [...refs, root, slot(body.admin)].forEach((ko) => host.pin(ko)));
    settleAll();
    const child = kernel.speakFor(tables().objects.get(root).owner as VatID, root);
    if (hears) drain(child);
    return { child, refs, root, admin: slot(body.admin) };
  };

  const failed = (kp: KPromise): string => {
    const { state, data: why } = answerOf(kp);
    expect(state).toBe('rejected');
    return why.body;
  };

  beforeEach(() => {
    kernel = makeTestKernel(order);
    friend = kernel.vat('friend', window);
    ({ vat: parent, admin } = create({ name: 'parent' }));
    // The parent imports its friend, exports o+5 to it, and has a row.
    kernel.input((host) => host.send(parent.root, call('meet', friend.root)));
    parent.deliveries();
    parent.does(send('o-1', 'hello', ['o+5']), set('colour', 'blue'));
    friend.deliveries();
    friend.does();
  });

  const exportedBy = (vatID: VatID, name: string): KObject =>
    tables().cLists.toKernel(vatID, vref(name))?.kref as KObject;
  const exported = (vat: TestVat, name: string): KObject => exportedBy(vat.vatID, name);

  test('1: the parent is quiet while it is cloned, and notices nothing', () => {
    kernel.input((host) => host.send(parent.root, call('busy')));
    const result = asked(admin, [parent.root]);
    kernel.input((host) => host.send(parent.root, call('later')));
    // One delivery is out: the fork waits for it, and what came later waits for the fork.
    expect(parent.deliveries()).toHaveLength(1);
    expect(tables().promises.get(result).state).toBe('unresolved');
    expect(vats()).toHaveLength(2);
    const before = rows(`${parent.vatID}.vs.`);
    parent.does();
    expect(answerOf(result).state).toBe('fulfilled');
    expect(vats()).toHaveLength(3);
    expect(rows(`${parent.vatID}.vs.`)).toEqual(before);
    const [later] = parent.deliveries();
    expect(later?.delivery.slice(0, 2)).toEqual(['message', 'o+0']);
    parent.does();
  });

  test('2: imports are shared, and counted once more', () => {
    const { reachable, recognizable } = tables().objects.get(friend.root);
    const { child } = fork(admin, []);
    expect(tables().cLists.toKernel(child.vatID, vref('o-1'))).toMatchObject({
      kref: friend.root,
      reachable: true,
    });
    expect(tables().objects.get(friend.root)).toMatchObject({
      reachable: reachable + 1,
      recognizable: recognizable + 1,
    });
  });

  test('2: an import that is recognized only is recognized by both', () => {
    tell(parent, ['dropImports', [vref('o-1')]]);
    const { recognizable } = tables().objects.get(friend.root);
    const { child } = fork(admin, []);
    expect(tables().cLists.toKernel(child.vatID, vref('o-1'))?.reachable).toBe(false);
    expect(tables().objects.get(friend.root).recognizable).toBe(recognizable + 1);
  });

  test('3: an old reference gets a new one to the same object of the child; other exports are unreachable', () => {
    const five = exported(parent, 'o+5');
    const { child, refs, root } = fork(admin, [five]);
    expect(refs[0]).not.toBe(five);
    expect(exported(child, 'o+5')).toBe(refs[0]);
    expect(exported(parent, 'o+5')).toBe(five);
    expect(root).not.toBe(parent.root);
    expect(child.deliveries()).toEqual([]);
    kernel.input((host) => host.send(refs[0] as KObject, call('hi')));
    expect(child.next().slice(0, 2)).toEqual(['message', 'o+5']);
    expect(parent.deliveries()).toEqual([]);
  });

  test('3: the child is told what nobody has there, drop before retire, before its first message', () => {
    tell(parent, send('o-1', 'another', ['o+6']));
    friend.deliveries();
    friend.does();
    const { child, root } = fork(admin, [exported(parent, 'o+6')], {}, false);
    kernel.input((host) => host.send(root, call('first')));
    const seen: unknown[] = [];
    for (let out = child.deliveries(); out.length > 0; out = child.deliveries()) {
      for (const { delivery } of out) seen.push(delivery.slice(0, 2));
      for (const _ of out) child.does();
    }
    expect(seen).toEqual([
      ['dropExports', ['o+5']],
      ['retireExports', ['o+5']],
      ['message', 'o+0'],
    ]);
    expect(tables().cLists.toKernel(child.vatID, vref('o+5'))).toBeUndefined();
    expect(tables().cLists.toKernel(parent.vatID, vref('o+5'))).toBeDefined();
  });

  test('3: an object of somebody else is given back as it is', () => {
    const { refs } = fork(admin, [friend.root, parent.root]);
    expect(refs[0]).toBe(friend.root);
    expect(refs[1]).not.toBe(parent.root);
  });

  test('3: the admin facet keeps the root of the child', () => {
    const { child, root, admin: childAdmin } = fork(admin, []);
    kernel.input((host) => host.unpin(root));
    expect(child.deliveries().map(({ delivery }) => delivery[0])).not.toContain('retireExports');
    kernel.input((host) => host.send(root, call('still there')));
    drain(child);
    kernel.input((host) => host.unpin(childAdmin));
    const told = child.deliveries().map(({ delivery }) => delivery[0]);
    expect(told[0]).toBe('dropExports');
  });

  test('4: a promise that the parent decides has another one in the child, which nobody else holds', () => {
    kernel.input((host) => host.send(parent.root, call('ask')));
    parent.deliveries();
    parent.does();
    const [, asking] = rows(`${parent.vatID}.r.p`)[0]?.split('=') ?? [];
    const kp = asking?.split(' ')[0] as KPromise;
    expect(tables().promises.get(kp).decider).toBe(parent.vatID);
    const { child } = fork(admin, []);
    const [name, entry] = rows(`${child.vatID}.r.p`)[0]?.split('=') ?? [];
    const own = entry?.split(' ')[0] as KPromise;
    expect(own).not.toBe(kp);
    expect(tables().promises.get(own)).toMatchObject({ decider: child.vatID, references: 1 });
    expect(tables().promises.get(kp).decider).toBe(parent.vatID);
    // Each settles its own.
    tell(child, fulfil(`p${name}`));
    expect(child.isAlive).toBe(true);
    expect(tables().promises.get(kp).state).toBe('unresolved');
    expect(tables().promises.find(own)).toBeUndefined();
    tell(parent, fulfil(`p${name}`));
    expect(parent.isAlive).toBe(true);
    expect(tables().promises.get(kp).state).toBe('fulfilled');
  });

  test('4: what the parent awaits, the child awaits too, and both are told', () => {
    tell(parent, send('o-1', 'question', [], 'p+7'), subscribe('p+7'));
    const { child } = fork(admin, [], {}, false);
    friend.does(fulfil(resultOf(friend.next())));
    // In the order in which they were issued: the drop, the retire, and the news to each.
    const heard: VatDeliveryObject[] = [];
    for (const vat of [child, child, parent, child]) {
      heard.push(
        ...[parent, child].flatMap((each) => each.deliveries()).map((out) => out.delivery),
      );
      vat.does();
    }
    const news = ['notify', [['p+7', false, expect.anything()]]];
    expect(heard.filter(([tag]) => tag === 'notify')).toEqual([news, news]);
    for (const vat of [parent, child]) {
      expect(tables().cLists.toKernel(vat.vatID, vref('p+7'))).toBeUndefined();
    }
  });

  test('4: news that waits behind the fork reaches both', () => {
    tell(parent, send('o-1', 'question', [], 'p+7'), subscribe('p+7'));
    kernel.input((host) => host.send(parent.root, call('busy')));
    const result = asked(admin, []);
    friend.does(fulfil(resultOf(friend.next())));
    expect(parent.deliveries()).toHaveLength(1);
    parent.does();
    const root = tables().promises.getData(result).slots[1] as KObject;
    const child = kernel.speakFor(tables().objects.get(root).owner as VatID, root);
    // In issue order the parent's news is older than what the child is told.
    expect(told(parent).filter(([tag]) => tag === 'notify')).toHaveLength(1);
    expect(told(child).filter(([tag]) => tag === 'notify')).toHaveLength(1);
  });

  test('5: the child has a copy of the vatstore, and of the transcript; later writes stay apart', () => {
    const { child } = fork(admin, [], {}, false);
    expect(rows(`${child.vatID}.vs.`)).toEqual(['colour=blue']);
    expect(rows(`${child.vatID}.t.`)).toEqual(rows(`${parent.vatID}.t.`));
    tell(child, set('colour', 'red'));
    drain(child);
    tell(parent, set('colour', 'green'));
    expect(tables().rows.get(`${parent.vatID}.vs.colour`)).toBe('green');
    kernel.insistSound();
  });

  test('5: the child of an upgraded vat has nothing of the transcript of the incarnation before', () => {
    kernel.input((host) =>
      host.upgradeVat(parent.vatID, {
        bundleID: `b1-${'0'.repeat(128)}` as never,
        vatParameters: data(),
        upgradeMessage: 'better',
      }),
    );
    asked(admin, []);
    // It waits for the upgrade, and is made in the crank in which that is over.
    for (
      let left = 10;
      left > 0 && tables().upgradesInProgress.find(parent.vatID) !== undefined;
      left -= 1
    ) {
      parent.deliveries();
      parent.does();
    }
    const child = vats().at(-1) as VatID;
    expect(child).not.toBe(parent.vatID);
    expect(rows(`${child}.t.`)).toEqual(rows(`${parent.vatID}.t.`));
    expect(rows(`${child}.t.`).filter((row) => row.includes('"delivery"'))).toHaveLength(1);
  });

  test('2: a root that everybody has let go of is not handed out again', () => {
    kernel.input((host) => host.unpin(parent.root));
    expect(told(parent).map(([tag]) => tag)).toContain('dropExports');
    const result = asked(admin, []);
    told(parent);
    const { data: facets } = answerOf(result);
    expect(facets.body).not.toContain('root');
    const child = kernel.speakFor(vats().at(-1) as VatID, parent.root);
    // The parent may have collected it: nobody can send to it in the child either.
    expect(told(child).flatMap(([tag]) => tag)).not.toContain('message');
    settleAll();
    kernel.insistSound();
  });

  test('7: a zygote keeps its root for as long as somebody can fork it', () => {
    const { vat: zygote, admin: facet } = create({ zygote: true });
    kernel.input((host) => host.unpin(zygote.root));
    expect(told(zygote)).toEqual([]);
    const { root } = fork(facet, []);
    expect(tables().objects.get(root).reachable).toBeGreaterThan(0);
    settleAll();
    // Nobody can fork it any more: now it is told.
    kernel.input((host) => host.unpin(facet));
    expect(told(zygote).map(([tag]) => tag)).toEqual(['dropExports', 'retireExports']);
    kernel.insistSound();
  });

  test('5: the fork of a fork is a fork', () => {
    const first = fork(admin, [parent.root]);
    drain(first.child);
    tell(first.child, set('colour', 'red'));
    const second = fork(first.admin, [first.root]);
    expect(rows(`${second.child.vatID}.vs.`)).toEqual(['colour=red']);
    expect(second.refs[0]).not.toBe(first.root);
    kernel.input((host) =>
      host.terminateVat(first.child.vatID, true, data(), 'the one between is gone'),
    );
    kernel.input((host) => host.send(second.root, call('on its own')));
    expect(second.child.deliveries().length).toBeGreaterThan(0);
  });

  test('6: names and limits are the child’s own, and what is unknown is refused', () => {
    const { child } = fork(admin, [], { name: 'Dolly', crankTimeLimit: 77 });
    expect(tables().vats.options(child.vatID)).toMatchObject({ name: 'Dolly', crankTimeLimit: 77 });
    expect(failed(asked(admin, [], { colour: 'red' }))).toContain('fork has no option');
    expect(failed(asked(admin, [], { window: 0 }))).toContain('window must be a whole number');
  });

  test('6: a fork bomb meets its quota; others are not concerned', () => {
    const bomb = create({ name: 'bomb', vatQuota: 3 });
    const first = fork(bomb.admin, []);
    // The host asks here, and pays nothing: let the vats do it.
    const forkFrom = (vat: TestVat, facet: KObject): void => {
      kernel.input((host) => host.send(vat.root, call('take', facet)));
      vat.deliveries();
      const name = tables().cLists.toVat(vat.vatID, facet) as string;
      const methargs = { body: '#["fork",[[]]]', slots: [] };
      vat.does(['send', vref(name), { methargs, result: vref('p+90') }], subscribe('p+90'));
      vat.deliveries();
      drain(vat);
    };
    const living = (): number => vats().length;
    const drainNewest = (): void => {
      const vatID = vats().at(-1) as VatID;
      drain(kernel.speakFor(vatID, exportedBy(vatID, 'o+0')));
    };
    const before = living();
    for (let i = 0; i < 2; i += 1) {
      forkFrom(bomb.vat, bomb.admin);
      drainNewest();
    }
    expect(living()).toBe(before + 2);
    // The third is refused: the bomb and two.
    forkFrom(bomb.vat, bomb.admin);
    expect(living()).toBe(before + 2);
    expect(first.child.isAlive).toBe(true);
    expect(bomb.vat.isAlive).toBe(true);
    expect(fork(admin, []).child.isAlive).toBe(true);
    // The accounts of vats that are gone are gone.
    for (const vatID of vats()) {
      kernel.input((host) => host.terminateVat(vatID, false, data(), 'the end'));
    }
    expect(kernel.keys('account.')).toEqual([]);
  });

  describe('7: a zygote', () => {
    let zygote: { vat: TestVat; admin: KObject };

    beforeEach(() => {
      zygote = create({ name: 'egg', zygote: true });
      kernel.effects();
    });

    test('takes messages of its creator only', () => {
      kernel.input((host) => host.send(zygote.vat.root, call('prepare')));
      zygote.vat.does(fulfil(resultOf(zygote.vat.next())));
      kernel.input((host) => host.send(friend.root, call('try', zygote.vat.root)));
      friend.deliveries();
      const name = tables().cLists.toVat(friend.vatID, zygote.vat.root) as string;
      friend.does(send(name, 'hello', [], 'p+3'), subscribe('p+3'));
      expect(zygote.vat.deliveries()).toEqual([]);
      expect(JSON.stringify(friend.deliveries())).toContain('vat egg is a zygote');
    });

    test('takes none of others on promises that it decides either, though it takes part in pipelining', () => {
      const egg = create({ name: 'egg', zygote: true, enablePipelining: true });
      const asking = kernel.input((host) => host.send(egg.vat.root, call('prepare')));
      const promise = resultOf(egg.vat.next());
      egg.vat.does();
      kernel.input((host) => host.send(friend.root, call('try', asking)));
      friend.deliveries();
      const name = tables().cLists.toVat(friend.vatID, asking) as string;
      friend.does(send(name, 'hello', [], 'p+3'), subscribe('p+3'));
      expect(egg.vat.deliveries()).toEqual([]);
      // It waits, and is refused when it is known whom it is for.
      kernel.input((host) => host.send(egg.vat.root, call('finish')));
      egg.vat.deliveries();
      egg.vat.does(['resolve', [[vref(promise), false, sole(vref('o+0'))]]]);
      expect(egg.vat.deliveries()).toEqual([]);
      expect(JSON.stringify(told(friend))).toContain('vat egg is a zygote');
    });

    test('is forked any number of times, and rests between', () => {
      const one = fork(zygote.admin, [zygote.vat.root]);
      expect(kernel.effects()).toContainEqual({ type: 'rest', vatID: zygote.vat.vatID });
      const two = fork(zygote.admin, [zygote.vat.root]);
      expect(two.refs[0]).not.toBe(one.refs[0]);
      // The children are in the world.
      expect(tables().vats.options(one.child.vatID).zygote).toBeUndefined();
      const egg = fork(zygote.admin, [], { zygote: true });
      expect(tables().vats.options(egg.child.vatID).zygote).toBe(true);
    });

    test('is not forked while it is the decider of a promise; the error says which', () => {
      kernel.input((host) => host.send(zygote.vat.root, call('prepare')));
      zygote.vat.deliveries();
      zygote.vat.does();
      expect(failed(asked(zygote.admin, []))).toMatch(
        /decider of the promise p-[0-9]+ \(kp[0-9]+\)/,
      );
    });

    test('is not forked while it has an export beside its root; the error says which', () => {
      kernel.input((host) => host.send(zygote.vat.root, call('prepare', friend.root)));
      const asking = resultOf(zygote.vat.next());
      zygote.vat.does(send('o-1', 'here', ['o+8']), fulfil(asking));
      expect(failed(asked(zygote.admin, []))).toMatch(/has the export o\+8 \(ko[0-9]+\)/);
    });
  });

  test('8: a fork is one crank: it is in the tables entirely, or a fault leaves nothing of it', () => {
    const before = rows('');
    const { tables: store } = kernel;
    const [, original] = Object.entries(store).find(([name]) => name === 'set') as [
      string,
      CrankTables['set'],
    ];
    let writes = 0;
    const failAt = (nth: number): void => {
      store.set = (key, value) => {
        writes += 1;
        if (writes === nth) throw new Error('the machine dies');
        original(key, value);
      };
    };
    failAt(9);
    expect(() => asked(admin, [parent.root])).toThrow('the machine dies');
    store.set = original;
    expect(rows('')).toEqual(before);
    kernel.insistSound();
    expect(fork(admin, [parent.root]).child.isAlive).toBe(true);
  });

  test('a vat that ends while a fork waits: the fork is rejected, and nothing is left of it', () => {
    kernel.input((host) => host.send(parent.root, call('busy')));
    const result = asked(admin, [parent.root]);
    kernel.input((host) => host.terminateVat(parent.vatID, true, data(), 'enough'));
    expect(failed(result)).toContain('vat parent terminated');
    expect(failed(asked(admin, []))).toContain('has terminated');
  });

  test('the child is upgraded with the parameters of its parent, its own root in place of the root of the parent', () => {
    const upgrade = (vat: TestVat, vatParameters?: CapData<KRef>): VatDeliveryObject[] => {
      kernel.input((host) =>
        host.upgradeVat(vat.vatID, {
          bundleID: `b1-${'1'.repeat(128)}` as never,
          upgradeMessage: 'better now',
          ...(vatParameters !== undefined && { vatParameters }),
        }),
      );
      return told(vat).filter(([tag]) => tag === 'startVat');
    };
    upgrade(parent, data(parent.root, friend.root));
    expect(upgrade(parent)).toEqual([['startVat', data('o+0', 'o-1')]]);
    const { child, root } = fork(admin, []);
    expect(upgrade(child)).toEqual([['startVat', data('o+0', 'o-1')]]);
    expect(tables().parameters.of(child.vatID).slots).toEqual([root, friend.root]);
  });

  test('takeOffline: the vat has let go of its garbage when its worker is asked to go', () => {
    kernel.effects();
    kernel.input((host) => host.send(admin, call('takeOffline')));
    expect(parent.deliveries().map(({ delivery }) => delivery[0])).toEqual(['bringOutYourDead']);
    expect(kernel.effects()).not.toContainEqual({ type: 'rest', vatID: parent.vatID });
    parent.does();
    expect(kernel.effects()).toContainEqual({ type: 'rest', vatID: parent.vatID });
  });

  test('a vat that forks itself goes on as two, and both are told', () => {
    kernel.input((host) => host.send(parent.root, call('take', admin)));
    parent.deliveries();
    const name = tables().cLists.toVat(parent.vatID, admin) as string;
    const methargs = { body: '#["fork",[[]]]', slots: [] };
    parent.does(['send', vref(name), { methargs, result: vref('p+90') }], subscribe('p+90'));
    const told = parent.deliveries().map(({ delivery }) => delivery);
    expect(told).toEqual([['notify', [['p+90', false, expect.anything()]]]]);
    const child = vats().at(-1) as VatID;
    expect(tables().inboxes.list(child).length + tables().windows.size(child)).toBeGreaterThan(0);
  });
});
