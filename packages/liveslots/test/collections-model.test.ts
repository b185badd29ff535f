import './helpers/lockdown.js';
import harden from '@endo/harden';
import { compareRank } from '@endo/marshal';
import { Far } from '@endo/pass-style';
import { M } from '@endo/patterns';
import { expect, test } from 'vitest';
import { FakeVatstore } from './helpers/fake-kernel.js';
import { makeRandom } from './helpers/random.js';
import { makeVat } from './helpers/vat.js';

const KEYS = [
  '',
  'a',
  'aa',
  'b',
  'é',
  '\uffff',
  '😀',
  0,
  -1,
  1,
  2.5,
  -2.5,
  1e9,
  Infinity,
  0n,
  5n,
  -5n,
  10n ** 20n,
  true,
  false,
  null,
  undefined,
];

/** Keys of one sort in the order of the store; sorts among one another as `compareRank` has it. */
const sorted = (keys: Iterable<unknown>): unknown[] => [...keys].sort((a, b) => compareRank(a, b));

test.each([false, true])(
  'a map and a set (durable: %s) do what a sorted Map does',
  async (durable) => {
    const random = makeRandom(durable ? 7 : 8);
    const store = new FakeVatstore();
    const model = new Map<unknown, unknown>();
    const members = new Set<unknown>();
    let map: any;
    let set: any;
    const vat = await makeVat(
      ({ VatData }) => {
        map = VatData.makeScalarBigMapStore('m', { durable });
        set = VatData.makeScalarBigSetStore('s', { durable });
        return Far('root', {
          step() {
            for (let i = 0; i < 30; i += 1) {
              const key = random.pick(KEYS);
              const value = harden([i, key]);
              switch (random.below(8)) {
                case 0:
                case 1:
                  if (model.has(key))
                    expect(() => map.init(key, value)).toThrow(/already registered/);
                  else map.init(key, value);
                  if (!model.has(key)) model.set(key, value);
                  break;
                case 2:
                  if (model.has(key)) {
                    map.set(key, value);
                    model.set(key, value);
                  } else expect(() => map.set(key, value)).toThrow(/not found/);
                  break;
                case 3:
                  if (model.delete(key)) map.delete(key);
                  else expect(() => map.delete(key)).toThrow(/not found/);
                  break;
                case 4:
                  set.add(key);
                  members.add(key);
                  break;
                case 5:
                  if (members.delete(key)) set.delete(key);
                  else expect(() => set.delete(key)).toThrow(/not found/);
                  break;
                case 6:
                  if (random.chance(0.1)) {
                    map.clear(M.string());
                    for (const k of [...model.keys()]) if (typeof k === 'string') model.delete(k);
                  }
                  break;
                default:
                  expect(map.has(key)).toBe(model.has(key));
                  if (model.has(key)) expect(map.get(key)).toEqual(model.get(key));
              }
            }
            expect([...map.keys()]).toEqual(sorted(model.keys()));
            expect([...map.values()]).toEqual(sorted(model.keys()).map((key) => model.get(key)));
            expect([...set.keys()]).toEqual(sorted(members));
            expect(map.getSize()).toBe(model.size);
            expect(set.getSize()).toBe(members.size);
            for (const [pattern, test] of [
              [M.string(), (k: unknown) => typeof k === 'string'],
              [M.gte(1), (k: unknown) => typeof k === 'number' && k >= 1],
              [M.lt(1), (k: unknown) => typeof k === 'number' && k < 1],
              [M.bigint(), (k: unknown) => typeof k === 'bigint'],
              ['a', (k: unknown) => k === 'a'],
            ] as const) {
              expect([...map.keys(pattern)]).toEqual(sorted(model.keys()).filter(test));
            }
          },
        });
      },
      { store },
    );
    for (let i = 0; i < 40; i += 1) {
      const log = await vat.send([
        'message',
        'o+0' as never,
        { methargs: { body: '#["step",[]]', slots: [] }, result: 'p-1' as never },
      ]);
      expect(log).toEqual([['resolve', [['p-1', false, { body: '#"#undefined"', slots: [] }]]]]);
    }
  },
);
