import './helpers/lockdown.js';
import harden from '@endo/harden';
import { Far } from '@endo/pass-style';
import { M } from '@endo/patterns';
import { describe, expect, test } from 'vitest';
import type { VatData } from '../src/index.js';
import { cap, FakeVatstore, garbage, message, notify, startVat } from './helpers/fake-kernel.js';
import { makeVat, type BuildRoot } from './helpers/vat.js';

/** Runs `use` inside a vat's first crank, and gives what it returns or throws. */
const inVat = async <T>(
  use: (VatData: VatData, baggage: any, powers: any) => T,
  options: Parameters<typeof makeVat>[1] = {},
) => {
  let result: T | undefined;
  const vat = await makeVat((powers, _parameters, baggage) => {
    result = use(powers.VatData, baggage, powers);
    return Far('root', {});
  }, options);
  return { result: result as T, vat };
};

const counter = {
  get: ({ state }: { state: { count: number } }) => state.count,
  add: ({ state }: { state: { count: number } }, n: number) => {
    state.count += n;
  },
};

describe('a kind', () => {
  test('stores the state of its objects, once, at the end of the crank', async () => {
    const { vat, result } = await inVat((VatData) => {
      const make = VatData.defineKind('counter', (count: number) => ({ count }), counter);
      const one = make(1);
      one.add(5);
      one.add(5);
      return one.get();
    });
    expect(result).toBe(11);
    expect(vat.store.get('vom.o+v10/1')).toBe('{"count":{"body":"#11","slots":[]}}');
    expect(vat.store.get('vom.vkind.10.descriptor')).toBe('{"kindID":"10","tag":"counter"}');
  });

  test('refuses what does not fit its shape', async () => {
    await inVat((VatData) => {
      const make = VatData.defineKind('counter', (count: number) => ({ count }), counter, {
        stateShape: { count: M.number() },
      });
      expect(() => make('x' as never)).toThrow(/Must be a number|number/);
      const one = make(1);
      expect(() => one.add('x' as never)).toThrow(/number/);
      expect(one.get()).toBe(1);
    });
  });

  test('lets methods work on its own objects only, and on their own facet', async () => {
    await inVat((VatData) => {
      const makeA = VatData.defineKind('a', () => ({ secret: 'a' }), {
        peek: ({ state }) => state.secret,
      });
      const makeB = VatData.defineKind('b', () => ({ secret: 'b' }), { other: () => 1 });
      const a: any = makeA();
      expect(() => a.peek.call(makeB())).toThrow(/may only be applied to a valid instance/);
      expect(() => a.peek.call(Far('c', {}))).toThrow(/may only be applied to a valid instance/);

      const makeKit = VatData.defineKindMulti('kit', (x: string) => ({ x }), {
        public: { read: ({ state }) => state.x },
        admin: {
          write({ state }, x: string) {
            state.x = x;
          },
        },
      });
      const one: any = makeKit('1');
      const two: any = makeKit('2');
      expect(() => one.admin.write.call(two.public, 'x')).toThrow(/valid instance/);
      one.admin.write.call(two.admin, 'mine');
      expect(two.public.read()).toBe('mine');
    });
  });

  test('gives its power to amplify and to recognize to its definer only for its own', async () => {
    await inVat((VatData) => {
      let amplify: any;
      let isInstance: any;
      const kit = { x: { x: () => 1 }, y: { y: () => 2 } };
      const make = VatData.defineKindMulti('kit', () => ({}), kit, {
        receiveAmplifier: (power) => (amplify = power),
        receiveInstanceTester: (power) => (isInstance = power),
      });
      const makeOther = VatData.defineKindMulti('other', () => ({}), kit);
      const one = make();
      expect(amplify(one.x)).toBe(one);
      expect(() => amplify(makeOther().x)).toThrow(/Must be a facet/);
      expect(isInstance(one.y)).toBe(true);
      expect(isInstance(one.y, 'x')).toBe(false);
      expect(isInstance(makeOther().y)).toBe(false);
      expect(() => isInstance(one.y, 'z')).toThrow(/no facet/);
    });
  });

  test('refuses a behavior that is none, and options that do not go with it', async () => {
    await inVat((VatData: any) => {
      const init = () => ({});
      for (const bad of [undefined, 7, { a: 1 }, { a: { b: 1 } }, { a: () => 1, b: {} }]) {
        expect(() => VatData.defineKind('x', init, bad)).toThrow(/record of methods/);
      }
      expect(() => VatData.defineKindMulti('x', init, { a: () => 1 })).toThrow(/record of facets/);
      expect(() => VatData.defineKind('x', init, {}, { stateShape: 7 })).toThrow(/stateShape/);
      expect(() => VatData.defineKind('x', () => 7, {})()).toThrow(/initial data must be object/);
    });
  });

  test('of durable objects keeps nothing that is not durable', async () => {
    await inVat((VatData) => {
      const make = VatData.defineDurableKind(
        VatData.makeKindHandle('box'),
        (x: unknown) => ({ x }),
        {
          put: ({ state }: any, x: unknown) => {
            state.x = x;
          },
        },
      );
      expect(() => make(Far('heap', {}))).toThrow(/not durable/);
      const box = make(1);
      expect(() => box.put(VatData.makeScalarBigMapStore('virtual') as never)).toThrow(
        /not durable/,
      );
      box.put(make(2));
      box.put(VatData.makeScalarBigMapStore('d', { durable: true }));
    });
  });

  test('without handle cannot be durable', async () => {
    await inVat((VatData) => {
      expect(() => VatData.defineDurableKind({} as never, () => ({}), {})).toThrow(
        /unknown handle/,
      );
      const handle = VatData.makeKindHandle('once');
      VatData.defineDurableKind(handle, () => ({}), {});
      expect(() => VatData.defineDurableKind(handle, () => ({}), {})).toThrow(/redefinition/);
    });
  });
});

describe('an upgrade', () => {
  const version =
    (behavior: object, options: object = {}, init: () => object = () => ({ a: 1 })): BuildRoot =>
    ({ VatData }, _parameters, baggage) => {
      if (!baggage.has('handle')) baggage.init('handle', VatData.makeKindHandle('thing'));
      const make = VatData.defineDurableKind(baggage.get('handle'), init, behavior, options);
      if (!baggage.has('thing')) baggage.init('thing', make());
      return Far('root', { use: (...args: unknown[]) => baggage.get('thing').use(...args) });
    };
  const upgrade = async (from: BuildRoot, to: BuildRoot) => {
    const store = new FakeVatstore();
    await makeVat(from, { store });
    return makeVat(to, { store });
  };

  test('keeps state, and gives old objects new behavior', async () => {
    const vat = await upgrade(
      version({ use: () => 'old' }),
      version({ use: ({ state }: any) => `new ${state.a}` }),
    );
    expect(await vat.send(message('o+0', 'use', '[]', [], 'p-1'))).toEqual([
      ['resolve', [['p-1', false, cap('#"new 1"')]]],
    ]);
  });

  test('refuses another shape with an error that shows both', async () => {
    const one = version({ use: () => 1 }, { stateShape: { a: M.number() } });
    await expect(
      upgrade(one, version({ use: () => 1 }, { stateShape: { a: M.string() } })),
    ).rejects.toThrow(/match:number.*match:string|stateShape mismatch/s);
    await expect(
      upgrade(one, version({ use: () => 1 }, { stateShape: { a: M.number(), b: M.number() } })),
    ).rejects.toThrow(/can only gain optional fields/);
    await upgrade(
      one,
      version({ use: () => 1 }, { stateShape: { a: M.number(), b: M.opt(M.number()) } }),
    );
  });

  test('must define all durable kinds again', async () => {
    await expect(upgrade(version({ use: () => 1 }), () => Far('root', {}))).rejects.toThrow(
      'defineDurableKind not called for tags: [thing]',
    );
  });

  test('keeps facets in their places', async () => {
    const kit =
      (facets: object): BuildRoot =>
      ({ VatData }, _parameters, baggage) => {
        if (!baggage.has('handle')) baggage.init('handle', VatData.makeKindHandle('kit'));
        const make = VatData.defineDurableKindMulti(baggage.get('handle'), () => ({}), facets);
        return Far('root', { make: () => make().m });
      };
    const m = { name: () => 'm' };
    const z = { name: () => 'z' };
    const a = { name: () => 'a' };
    const vat = await upgrade(kit({ m, z }), kit({ a, m, z }));
    expect(await vat.send(message('o+0', 'make', '[]', [], 'p-1'))).toEqual([
      ['resolve', [['p-1', false, cap('#"$0.Alleged: kit m"', ['o+d10/1:0'])]]],
    ]);
    await expect(upgrade(kit({ m, z }), kit({ a, m }))).rejects.toThrow(
      /is missing "z" from original definition/,
    );
  });
});

describe('a watched promise', () => {
  const build =
    (seen: unknown[]): BuildRoot =>
    ({ VatData }, _parameters, baggage) => {
      if (!baggage.has('handle')) baggage.init('handle', VatData.makeKindHandle('watcher'));
      const watcher = VatData.providePromiseWatcher(
        baggage.get('handle'),
        (value: unknown, ...args: unknown[]) => seen.push(['fulfilled', value, ...args]),
        (reason: unknown, ...args: unknown[]) => seen.push(['rejected', reason, ...args]),
      );
      return Far('root', {
        watch: (p: Promise<unknown>, x: unknown) => VatData.watchPromise(p, watcher, x),
      });
    };

  test('tells its watcher in this incarnation', async () => {
    const seen: unknown[] = [];
    const vat = await makeVat(build(seen));
    await vat.deliver(message('o+0', 'watch', '["&0",7]', ['p-1']));
    await vat.deliver(notify(['p-1', false, '#"news"']));
    expect(seen).toEqual([['fulfilled', 'news', 7]]);
  });

  test('tells its watcher in a later one', async () => {
    const seen: unknown[] = [];
    const store = new FakeVatstore();
    const first = await makeVat(build([]), { store });
    await first.deliver(message('o+0', 'watch', '["&0",7]', ['p-1']));
    const second = await makeVat(build(seen), { store });
    await second.deliver(notify(['p-1', true, '#"gone"']));
    expect(seen).toEqual([['rejected', 'gone', 7]]);
  });

  test('must be one, and its watcher a virtual object', async () => {
    await inVat((VatData) => {
      const watcher = VatData.providePromiseWatcher(VatData.makeKindHandle('w'));
      expect(() => VatData.watchPromise(7 as never, watcher)).toThrow(/only watches promises/);
      expect(() => VatData.watchPromise(Promise.resolve(), Far('w', { onFulfilled() {} }))).toThrow(
        /must be a virtual object/,
      );
    });
  });
});

describe('a collection', () => {
  test('takes keys and values that fit its shapes', async () => {
    await inVat((VatData) => {
      const map = VatData.makeScalarBigMapStore('m', {
        keyShape: M.string(),
        valueShape: M.number(),
      });
      expect(() => map.init(1, 1)).toThrow(/invalid key type for collection "m"/);
      expect(() => map.init('a', 'b')).toThrow(/invalid value type for collection "m"/);
      expect(() => map.get('a')).toThrow(/not found in collection "m"/);
      map.init('a', 1);
      expect(() => map.init('a', 1)).toThrow(/already registered in collection "m"/);
      expect(() => VatData.makeScalarBigMapStore('n').init(harden([1]), 1)).toThrow();
      expect(() => map.init('x'.repeat(300), 1)).toThrow(/key too large/);
    });
  });

  test('cannot be added to while it is walked, and can be deleted from', async () => {
    await inVat((VatData) => {
      const set = VatData.makeScalarBigSetStore<string>('s');
      set.addAll(['a', 'b', 'c']);
      const seen: string[] = [];
      for (const key of set.keys()) {
        seen.push(key);
        if (key === 'a') set.delete('b');
      }
      expect(seen).toEqual(['a', 'c']);
      expect(() => {
        for (const _key of set.keys()) set.add('d');
      }).toThrow(/cannot be added to during iteration/);
    });
  });

  test('of weak keys cannot be walked', async () => {
    const { result } = await inVat((VatData) =>
      Object.keys(VatData.makeScalarBigWeakMapStore('w')).sort(),
    );
    expect(result).toEqual(['addAll', 'delete', 'get', 'has', 'init', 'set']);
  });
});

test('what the kernel retired is not retired again by the vat', async () => {
  const vat = await makeVat(({ VatData }) => {
    const weak = VatData.makeScalarBigWeakMapStore('w');
    return Far('root', {
      add: (x: unknown) => weak.init(x, 1),
      delete: (x: unknown) => weak.delete(x),
    });
  });
  const use = (method: string) => vat.send(message('o+0', method, '["$0.Alleged: x"]', ['o-5']));
  const kill = () => vat.gc.kill(vat.testHooks.slotToVal.get('o-5').deref());
  await use('add');
  kill();
  expect(await vat.send(['bringOutYourDead'])).toEqual([['dropImports', ['o-5']]]);
  await use('delete');
  kill();
  await vat.gc.gcTools.gcAndFinalize();
  vat.testHooks.possiblyDeadSet.delete('o-5');
  await vat.send(garbage('retireImports', 'o-5'));
  expect(await vat.send(['bringOutYourDead'])).toEqual([]);
});

describe('the baggage', () => {
  test('is a durable map with the first number, whose keys are strings', async () => {
    const { vat } = await inVat((_VatData, baggage) => {
      expect(() => baggage.init(1, 1)).toThrow(/invalid key type/);
      baggage.init('a', 1);
    });
    expect(vat.store.get('baggageID')).toBe('o+d6/1');
    expect(vat.store.get('vc.1.sa')).toBe('{"body":"#1","slots":[]}');
  });
});

describe('what user code gets', () => {
  test('cannot be changed, and tells no vrefs', async () => {
    await inVat((VatData, baggage, powers) => {
      expect(Object.isFrozen(VatData)).toBe(true);
      expect(Object.isFrozen(powers.WeakMap.prototype)).toBe(true);
      const store = VatData.makeScalarBigMapStore('m');
      expect(Object.isFrozen(store)).toBe(true);
      const handle = VatData.makeKindHandle('k');
      VatData.defineDurableKind(handle, () => ({}), {});
      const words = [store, baggage, handle].map(String).join();
      expect(words).not.toMatch(/[op][+-]/);
    });
  });

  test('hears of a presence by an error without its vref', async () => {
    const seen: unknown[] = [];
    const vat = await makeVat(({ VatData }) =>
      Far('root', {
        use(x: unknown) {
          try {
            VatData.makeScalarBigMapStore('m').get(x);
          } catch (error) {
            seen.push((error as Error).message);
          }
        },
      }),
    );
    await vat.deliver(message('o+0', 'use', '["$0.Alleged: bob"]', ['o-5']));
    expect(seen[0]).not.toMatch(/o-5/);
  });
});

test('vat parameters may be references', async () => {
  let got: unknown;
  const vat = await makeVat(
    (_powers, parameters) => {
      got = parameters;
      return Far('root', {});
    },
    { startDelivery: startVat('#["$0.Alleged: bob","&1"]', ['o-5', 'p-6']) },
  );
  expect(String((got as unknown[])[0])).toContain('bob');
  expect(vat.testHooks.importedVPIDs.has('p-6')).toBe(true);
});
