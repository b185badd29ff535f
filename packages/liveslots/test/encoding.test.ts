import './helpers/lockdown.js';
import harden from '@endo/harden';
import { makeMarshal, makeTagged } from '@endo/marshal';
import { Far } from '@endo/pass-style';
import { makeCopyMap, makeCopySet } from '@endo/patterns';
import { describe, expect, test } from 'vitest';
import { makeDecode } from '../src/refs/decoder.js';
import { makeEncoder } from '../src/refs/encoder.js';
import { makeRandom, type Random } from './helpers/random.js';

const silent = { debug() {}, log() {}, info() {}, warn() {}, error() {} };
const objects = ['alice', 'bob', 'carol'].map((name) => Far(name, {}));
const promises = [harden(Promise.resolve(1)), harden(Promise.resolve(2))];
const tables = () => {
  const vrefs = new Map<object, string>();
  const values = new Map<string, object>();
  const vrefOf = (value: object): never => {
    let vref = vrefs.get(value);
    if (vref === undefined) {
      vref = value instanceof Promise ? `p+${vrefs.size}` : `o+${vrefs.size}`;
      vrefs.set(value, vref);
      values.set(vref, value);
    }
    return vref as never;
  };
  const valueOf = (vref: string): never => {
    const value = values.get(vref);
    if (value === undefined) throw Error(`unknown ${vref}`);
    return value as never;
  };
  return { vrefOf, valueOf };
};

const makeBoth = () => {
  const ours = tables();
  const theirs = tables();
  return {
    encoder: makeEncoder(ours.vrefOf, 'v1', silent),
    decode: makeDecode(ours.valueOf),
    marshal: makeMarshal(theirs.vrefOf, theirs.valueOf as never, {
      serializeBodyFormat: 'smallcaps',
      marshalName: 'liveSlots:v1',
      errorIdNum: 70_000,
      marshalSaveError() {},
    }),
  };
};

const STRINGS = [
  '',
  'a',
  '!',
  '#x',
  '$0',
  '&1',
  '%s',
  '+1',
  '-',
  '"\\\n',
  'é',
  '\ud800',
  '10',
  '__proto__',
  'then',
  '.',
  '/',
];

const randomValue = (random: Random, depth = 0): any => {
  switch (random.below(depth > 3 ? 9 : 16)) {
    case 0:
      return random.pick(STRINGS);
    case 1:
      return random.pick([0, -0, 1, -1.5, 1e21, 1e-7, NaN, Infinity, -Infinity, 2 ** 53]);
    case 2:
      return random.pick([0n, 7n, -7n, 10n ** 30n, -(10n ** 30n)]);
    case 3:
      return random.pick([true, false, null, undefined]);
    case 4:
      return random.pick([Symbol.iterator, Symbol.for('x'), Symbol.for('@@y')]);
    case 5:
    case 6:
      return random.pick(objects);
    case 7:
      return random.pick(promises);
    case 8:
      return random.chance(0.7)
        ? random.pick(STRINGS)
        : random.pick([Error('e'), RangeError('#r')]);
    case 9:
    case 10:
    case 11:
      return Array.from({ length: random.below(4) }, () => randomValue(random, depth + 1));
    case 12:
      return makeTagged('tag', harden(randomValue(random, depth + 1)));
    case 13:
      return random.chance(0.5)
        ? makeCopySet(['a', 'b', random.pick(objects)] as never)
        : makeCopyMap([['k', harden(randomValue(random, depth + 1))]] as never);
    default:
      return Object.fromEntries(
        Array.from({ length: random.below(4) }, () => [
          random.pick(STRINGS),
          randomValue(random, depth + 1),
        ]),
      );
  }
};

/** Random values; fewer where an engine interprets. */
const ROUNDS = globalThis.process === undefined ? 300 : 3_000;

const attempt = (f: () => unknown): unknown => {
  try {
    return { value: f() };
  } catch (error) {
    return { threw: (error as Error).constructor.name };
  }
};

describe('encoding', () => {
  test('is that of @endo/marshal, to the letter', () => {
    const random = makeRandom(1);
    for (let i = 0; i < ROUNDS; i += 1) {
      const { encoder, marshal } = makeBoth();
      const value = harden(randomValue(random));
      expect(attempt(() => encoder.encode(value))).toEqual(attempt(() => marshal.toCapData(value)));
      const args = harden([value, random.pick(objects)]);
      for (const method of ['m', '#m', undefined, Symbol.asyncIterator]) {
        expect(attempt(() => encoder.encodeCall(method, args))).toEqual(
          attempt(() => marshal.toCapData(harden([method, args]) as never)),
        );
      }
    }
  });

  test('comes back as what it was', () => {
    const random = makeRandom(2);
    for (let i = 0; i < ROUNDS; i += 1) {
      const { encoder, decode, marshal } = makeBoth();
      const value = harden(randomValue(random));
      const data = encoder.encode(value);
      marshal.toCapData(value);
      expect(attempt(() => decode(data))).toEqual(
        attempt(() => marshal.fromCapData(data as never)),
      );
    }
  });

  test('refuses what @endo/marshal refuses', () => {
    const bodies = [
      '#',
      '#{',
      '#"#nonsense"',
      '#"$"',
      '#"$x"',
      '#"$5"',
      '#"$-1"',
      '#"&"',
      '#"*x"',
      '#"(x"',
      '#"+x"',
      '#"-"',
      '#{"#tag":1}',
      '#{"#tag":"t","x":1}',
      '#{"#error":1}',
      '#{"#x":1}',
      '#{"$x":1}',
      '#["%x",["%%"]]',
      'x',
      '',
      '#{"then":"$0.Alleged: x"}',
      '#{"__proto__":{"a":1}}',
      '#{"a":"$0"}',
      '#"$0.a.b"',
      '#"&0"',
      '#"&1"',
      '#["&1","$1"]',
    ];
    for (const body of bodies) {
      const { encoder, decode, marshal } = makeBoth();
      const value = harden([objects[0], promises[0]]);
      const { slots } = encoder.encode(value);
      marshal.toCapData(value as never);
      const ours = attempt(() => decode({ body, slots })) as { value?: unknown; threw?: string };
      const theirs = attempt(() => marshal.fromCapData({ body, slots } as never)) as typeof ours;
      expect([body, ours.threw !== undefined, ours.value]).toEqual([
        body,
        theirs.threw !== undefined,
        theirs.value,
      ]);
    }
  });

  test('freezes all that it makes', () => {
    const random = makeRandom(3);
    const check = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      expect(Object.isFrozen(value)).toBe(true);
      for (const key of Reflect.ownKeys(value)) check((value as never)[key]);
    };
    for (let i = 0; i < 300; i += 1) {
      const { encoder, decode } = makeBoth();
      check(decode(encoder.encode(harden(randomValue(random)))));
    }
  });
});
