/** The entry point under the published package's names: what it exports, and what its checks say. */
import './helpers/lockdown.js';
import * as theirs from '@agoric/swingset-liveslots';
import { Far, getInterfaceOf } from '@endo/pass-style';
import { afterEach, describe, expect, test, vi } from 'vitest';
import * as ours from '../src/published.js';
import { makeVat } from './helpers/vat.js';

test('it exports what the published package exports', () => {
  expect(Object.keys(ours).sort()).toEqual(Object.keys(theirs).sort());
});

/** What a program has of the one can be given to the other; the compiler says so where it cannot. */
type Same<A, B> = [A, B] extends [B, A] ? true : false;

test('it exports the types of the published package', () => {
  const same: readonly true[] = [
    true satisfies Same<ours.VatDeliveryObject, theirs.VatDeliveryObject>,
    true satisfies Same<ours.VatSyscallObject, theirs.VatSyscallObject>,
    true satisfies Same<ours.VatSyscallResult, theirs.VatSyscallResult>,
    true satisfies Same<ours.Message, theirs.Message>,
    true satisfies Same<ours.VatOneResolution, theirs.VatOneResolution>,
  ];
  expect(same).not.toContain(false);
});

const data = { body: '#1', slots: ['o-1'] };
const message = { methargs: data, result: 'p-1' };

/** Right and wrong in each place: a number, nothing, a string, an array, capdata. */
const PARTS: readonly unknown[] = [
  undefined,
  null,
  5,
  true,
  'o-1',
  [],
  ['o-1'],
  [5],
  {},
  data,
  { body: 5, slots: [] },
  { body: '#1', slots: 'o-1' },
  { body: '#1', slots: [5] },
  message,
  { methargs: data, result: 5 },
  { methargs: data },
  { methargs: 5, result: null },
  [['p-1', true, data]],
  [['p-1', 1, data]],
  [[5, true, data]],
  [['p-1', true, 5]],
  [5],
];

const TAGS: Readonly<Record<string, readonly unknown[]>> = {
  insistVatDeliveryObject: [
    ...['message', 'notify', 'dropExports', 'retireExports', 'retireImports'],
    ...['changeVatOptions', 'startVat', 'stopVat', 'bringOutYourDead', 'constructor', 5, undefined],
  ],
  insistVatSyscallObject: [
    ...['send', 'callNow', 'subscribe', 'resolve', 'exit', 'vatstoreGet', 'vatstoreGetNextKey'],
    ...['vatstoreSet', 'vatstoreDelete', 'dropImports', 'retireImports', 'retireExports'],
    ...['abandonExports', 'toString', null],
  ],
  insistVatDeliveryResult: ['ok', 'error', 'other'],
  insistVatSyscallResult: ['ok', 'error', 'other'],
};

type Insist = (value: unknown) => void;

const said = (module: object, name: string, value: unknown): string => {
  try {
    (module as Record<string, Insist>)[name]?.(value);
    return 'yes';
  } catch (error) {
    const { name: kind, message: text } = error as Error;
    // An assertion without a text, and what the engine says of a value without properties, are put better here.
    const isAccident = text === 'Check failed' || / is not iterable|^Cannot /.test(text);
    return isAccident ? kind : `${kind}: ${text}`;
  }
};

/** Theirs says all; where that is an accident ours says at least the kind of error. */
const expectSame = (name: string, value: unknown): void => {
  const [mine, reference] = [said(ours, name, value), said(theirs, name, value)];
  const isAccident = !reference.includes(':') && reference !== 'yes';
  expect([JSON.stringify(value), isAccident ? mine.split(':')[0] : mine]).toEqual([
    JSON.stringify(value),
    reference,
  ]);
};

describe('the checks take and refuse what the published ones do, with the same errors', () => {
  test('insistMessage', () => {
    for (const part of PARTS) expectSame('insistMessage', part);
  });

  test.each(Object.entries(TAGS))('%s', (name, tags) => {
    for (const part of PARTS) expectSame(name, part);
    for (const tag of tags) {
      expectSame(name, [tag]);
      for (const part of PARTS) {
        expectSame(name, [tag, part]);
        for (const first of ['o-1', true, data]) expectSame(name, [tag, first, part]);
        expectSame(name, [tag, 'o-1', 'method', part]);
      }
    }
  });
});

describe('DEBUG=label-instances', () => {
  afterEach(() => vi.unstubAllEnvs());

  const ifaces = async (make: unknown): Promise<unknown[]> => {
    const found: unknown[] = [];
    await makeVat(
      ({ VatData }) => {
        const one = VatData.defineKind('single', () => ({}), {})();
        const { a, b } = VatData.defineKindMulti('kit', () => ({}), { a: {}, b: {} })();
        found.push(...[one, a, b].map((each) => getInterfaceOf(each)));
        return Far('root', {});
      },
      { make: make as never },
    );
    return found;
  };

  test('names each object of a kind by its vref', async () => {
    vi.stubEnv('DEBUG', 'other,label-instances');
    expect(await ifaces(ours.makeLiveSlots)).toEqual([
      'Alleged: single#o+v10/1',
      'Alleged: kit a#o+v11/1',
      'Alleged: kit b#o+v11/1',
    ]);
  });

  test('is off otherwise', async () => {
    vi.stubEnv('DEBUG', 'label');
    expect(await ifaces(ours.makeLiveSlots)).toEqual([
      'Alleged: single',
      'Alleged: kit a',
      'Alleged: kit b',
    ]);
    expect(await ifaces(ours.makeLiveSlots)).toEqual(await ifaces(theirs.makeLiveSlots));
  });
});
