import './helpers/lockdown.js';
import harden from '@endo/harden';
import { Far } from '@endo/pass-style';
import { M } from '@endo/patterns';
import { describe, expect, test } from 'vitest';
import { makeExoMakers } from '../src/zones/exos.js';
import type { VatData } from '../src/index.js';
import { makeHeapZone, makeZones, type Zone } from '../src/zones/zones.js';
import { FakeVatstore } from './helpers/fake-kernel.js';
import { makeVat } from './helpers/vat.js';

const inVat = async (
  use: (VatData: VatData, baggage: any) => void,
  store = new FakeVatstore(),
): Promise<FakeVatstore> => {
  await makeVat(
    ({ VatData }, _parameters, baggage) => {
      use(VatData, baggage);
      return Far('root', {});
    },
    { store },
  );
  return store;
};

const CounterI = M.interface('Counter', {
  add: M.call(M.number()).returns(M.number()),
  read: M.call().returns(M.number()),
});

const zones: Record<string, (VatData: VatData, baggage: any) => Zone> = {
  heap: () => makeHeapZone(),
  virtual: (VatData) => makeZones(() => VatData).makeVirtualZone(),
  durable: (VatData, baggage) => makeZones(() => VatData).makeDurableZone(baggage),
};

describe.each(Object.entries(zones))('a %s zone', (_name, makeZone) => {
  test('makes classes whose methods find state and self in this, behind their guards', async () => {
    await inVat((VatData, baggage) => {
      const makeCounter = makeZone(VatData, baggage).exoClass(
        'Counter',
        CounterI,
        (count: number) => ({ count }),
        {
          add(n: number) {
            this.state.count += n;
            return this.self.read();
          },
          read(): number {
            return this.state.count;
          },
        },
      );
      const counter = makeCounter(3);
      expect(counter.add(4)).toBe(7);
      expect(() => counter.add('x' as never)).toThrow(/Must be a number|number/);
      expect(() => makeCounter(1).add.call(Far('x', {}) as never, 1)).toThrow(/valid instance/);
    });
  });

  test('makes kits whose facets share state', async () => {
    await inVat((VatData, baggage) => {
      const makePurse = makeZone(VatData, baggage).exoClassKit(
        'Purse',
        undefined,
        (balance: number) => ({ balance }),
        {
          viewer: {
            balance(): number {
              return this.state.balance;
            },
          },
          owner: {
            take(n: number) {
              this.state.balance -= n;
              return this.facets.viewer.balance();
            },
          },
        },
      );
      const purse = makePurse(10);
      expect(purse.owner.take(3)).toBe(7);
      expect(purse.viewer.balance()).toBe(7);
    });
  });

  test('makes collections, single objects and sub-zones, each under a label of its own', async () => {
    await inVat((VatData, baggage) => {
      const zone = makeZone(VatData, baggage);
      const map = zone.mapStore<string, number>('map');
      map.init('b', 2);
      map.init('a', 1);
      expect([...map.keys()].sort()).toEqual(['a', 'b']);
      expect([...map.values(M.eq('a'))]).toEqual([1]);
      expect(map.getSize()).toBe(2);
      const set = zone.setStore<number>('set');
      set.addAll([1, 2, 1]);
      expect(set.getSize()).toBe(2);
      set.clear();
      expect(set.has(1)).toBe(false);
      const weak = zone.weakMapStore<object, number>('weak');
      const key = zone.exo('key', undefined, { hello: () => 'hello' });
      weak.init(key, 1);
      expect(weak.get(key)).toBe(1);
      expect(key.hello()).toBe('hello');
      zone.weakSetStore<object>('weakSet').add(key);
      expect(zone.makeOnce('answer', () => 42)).toBe(42);
      expect(() => zone.makeOnce('answer', () => 43)).toThrow(/label "answer" is in use/);
      expect(zone.subZone('sub').makeOnce('answer', () => 43)).toBe(43);
      expect(zone.isStorable(harden({ a: 1 }))).toBe(true);
    });
  });
});

test('what a durable zone holds is found again by the next incarnation', async () => {
  const zoneOf = (VatData: VatData, baggage: any) =>
    makeZones(() => VatData).makeDurableZone(baggage);
  const seen: unknown[] = [];
  const run = (VatData: VatData, baggage: any) => {
    const zone = zoneOf(VatData, baggage);
    const make = zone.exoClass('Thing', undefined, (x: number) => ({ x }), {
      x() {
        return this.state.x;
      },
    });
    const log = zone.mapStore<string, any>('log');
    const single = zone.exo('single', undefined, { who: () => 'single' });
    if (!log.has('thing')) {
      log.init('thing', make(7));
      log.init('single', single);
    }
    seen.push(log.get('thing').x(), log.get('single') === single, zone.isStorable(Far('h', {})));
  };
  await inVat(run, await inVat(run));
  expect(seen).toEqual([7, true, false, 7, true, false]);
});

test('singletons and classes are kept under the names that the field’s vats use', async () => {
  const store = await inVat((VatData, baggage) => {
    const { prepareExo, provideDurableMapStore } = makeExoMakers(() => VatData);
    prepareExo(baggage, 'thing', undefined, { x: () => 1 });
    provideDurableMapStore(baggage, 'table');
  });
  const keys = [...store.rows.keys()].filter((key) => key.startsWith('vc.1.s')).sort();
  expect(keys).toEqual(['vc.1.stable', 'vc.1.sthe_thing', 'vc.1.sthing_kindHandle']);
});

test('kinds infer the types of state, methods and facets', async () => {
  await inVat((VatData) => {
    const make = VatData.defineKind('typed', (n: number) => ({ n, tags: harden(['x']) }), {
      add: ({ state }, m: number) => {
        state.n += m;
        return state.n;
      },
      first: ({ state }) => state.tags[0],
    });
    const typed = make(1);
    const sum: number = typed.add(2);
    const first: string | undefined = typed.first();
    expect([sum, first]).toEqual([3, 'x']);
    // @ts-expect-error the maker takes a number
    expect(() => make('1').add(1)).not.toThrow();
    // @ts-expect-error there is no such method
    expect(typed.nothing).toBe(undefined);

    const kit = VatData.defineKindMulti('kit', () => ({ open: false }), {
      reader: { isOpen: ({ state }) => state.open },
      writer: {
        open({ state }) {
          state.open = true;
        },
      },
    })();
    kit.writer.open();
    const isOpen: boolean = kit.reader.isOpen();
    expect(isOpen).toBe(true);
    // @ts-expect-error readers cannot open
    expect(kit.reader.open).toBe(undefined);
  });
});
