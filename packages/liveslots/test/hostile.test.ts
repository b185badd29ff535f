import './helpers/lockdown.js';
import { E, HandledPromise } from '@endo/eventual-send';
import harden from '@endo/harden';
import { Far } from '@endo/pass-style';
import { describe, expect, test } from 'vitest';
import { cap, message, notify } from './helpers/fake-kernel.js';
import { makeVat } from './helpers/vat.js';

const explode = (): never => {
  throw Error('boo');
};
const trap = new Proxy({}, { get: () => explode });
const bomb = new Proxy({}, trap);
const errorBomb = new Proxy(Object.freeze(Error('x')), {
  get: (_target, name) => (name === 'message' ? explode() : undefined),
});
const nest = (depth: number): unknown => {
  let x: unknown = 1;
  for (let i = 0; i < depth; i += 1) x = [x];
  return x;
};

const answers: Record<string, () => unknown> = {
  'a proxy whose traps throw': () => bomb,
  'a proxy that hides what it is once it is hardened': () => {
    let looks = 0;
    return new Proxy(Object.freeze({}), {
      getPrototypeOf() {
        looks += 1;
        return looks > 1 ? explode() : Object.prototype;
      },
    });
  },
  'a promise for such a proxy': async () => [bomb],
  'an error that throws when it is read': () => Promise.reject(errorBomb),
  'a thrown proxy': () => {
    // eslint-disable-next-line @typescript-eslint/only-throw-error
    throw bomb;
  },
  'a thrown error that throws when it is read': () => {
    // eslint-disable-next-line @typescript-eslint/only-throw-error
    throw errorBomb;
  },
  'a record with a getter that throws': () =>
    Object.freeze({
      get x() {
        return explode();
      },
    }),
  'a thenable that throws': () => ({ then: explode }),
  'a thenable that settles twice and throws': () => ({
    then(resolve: (x: unknown) => void, reject: (x: unknown) => void) {
      resolve(undefined);
      reject(1);
      explode();
    },
  }),
  'data that is nested too deep': () => nest(100_000),
  'a function': () => () => 1,
  'a class': () => class {},
  'a map': () => new Map([[1, 2]]),
  'a cycle': () => {
    const x: unknown[] = [];
    x.push(x);
    return x;
  },
  // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
  'a rejected promise without reason': () => Promise.reject(),
  'a presence of its own making': () =>
    new HandledPromise((_resolve, _reject, resolveWithPresence) => {
      resolveWithPresence({ applyMethod: explode });
    }),
};

describe('whatever a method answers, the kernel hears of it once and the vat goes on', () => {
  test.each(Object.entries(answers))('%s', async (_name, answer) => {
    const vat = await makeVat(() => Far('root', { hello: () => 'hello', answer }));
    const log = await vat.send(message('o+0', 'answer', '[]', [], 'p-1'));
    expect(log.map((syscall) => syscall[0])).toEqual(['resolve']);
    expect((log[0] as any)[1].map(([vpid]: [string]) => vpid)).toEqual(['p-1']);
    expect(await vat.send(message('o+0', 'hello', '[]', [], 'p-2'))).toEqual([
      ['resolve', [['p-2', false, cap('#"hello"')]]],
    ]);
    expect(vat.testHooks.exportedVPIDs.size).toBe(0);
  });
});

describe('data that cannot be read, from a vat that was taken over', () => {
  const bad = [
    '#[',
    '#["m",[{"#tag":7}]]',
    '#["m",["$9"]]',
    '#["m",["&0"]]',
    '{"@qclass":"nonsense"}',
    '',
  ];

  test.each(bad)('%j as a message is an error to its sender', async (body) => {
    const vat = await makeVat(() => Far('root', { m: () => 'm' }));
    const [resolve] = await vat.send([
      'message',
      'o+0' as never,
      { methargs: cap(body, ['o-1']), result: 'p-1' as never },
    ]);
    expect((resolve as any)[1][0].slice(0, 2)).toEqual(['p-1', true]);
    expect(vat.console.some(({ level }) => level === 'error')).toBe(true);
    expect(await vat.send(message('o+0', 'm', '[]', [], 'p-2'))).toEqual([
      ['resolve', [['p-2', false, cap('#"m"')]]],
    ]);
  });

  test.each(bad)('%j as news rejects the promise', async (body) => {
    const vat = await makeVat(() =>
      Far('root', { follow: (p: Promise<unknown>) => p.catch(() => 'caught') }),
    );
    await vat.send(message('o+0', 'follow', '["&0"]', ['p-1'], 'p-2'));
    expect(await vat.send(notify(['p-1', false, body, ['o-1']]))).toEqual([
      ['resolve', [['p-2', false, cap('#"caught"')]]],
    ]);
  });
});

describe('user code', () => {
  test('cannot make a reference by the looks of one', async () => {
    const vat = await makeVat(() =>
      Far('root', {
        forge: () => harden({ body: '#"$0"', slots: ['o-7'], '@qclass': 'slot', $0: '$0.x' }),
      }),
    );
    const [resolve] = await vat.send(message('o+0', 'forge', '[]', [], 'p-1'));
    expect(resolve).toEqual([
      'resolve',
      [
        [
          'p-1',
          false,
          cap('#{"!$0":"!$0.x","@qclass":"slot","body":"!#\\"$0\\"","slots":["o-7"]}'),
        ],
      ],
    ]);
  });

  test('sends what fails to be encoded to itself only, as a rejection', async () => {
    const reasons: unknown[] = [];
    const vat = await makeVat(() =>
      Far('root', {
        async send(bob: any) {
          for (const make of Object.values(answers).slice(0, 2)) {
            try {
              await E(bob).take(make());
            } catch (error) {
              reasons.push(typeof error);
            }
          }
        },
      }),
    );
    const log = await vat.send(message('o+0', 'send', '["$0.Alleged: bob"]', ['o-5']));
    expect(log.filter(([tag]) => tag === 'exit')).toEqual([]);
    expect(reasons.length).toBeGreaterThan(0);
  });

  test('can resolve promises in a cycle', async () => {
    const vat = await makeVat(() =>
      Far('root', {
        cycle() {
          let resolve: (x: unknown) => void = () => {};
          const p: Promise<unknown> = new Promise((r) => (resolve = r));
          resolve(harden([p]));
          return p;
        },
      }),
    );
    const [resolve] = await vat.send(message('o+0', 'cycle', '[]', [], 'p-1'));
    // The cycle is one promise of the vat's own, inside what it is resolved to.
    expect(resolve).toEqual(['resolve', [['p-1', false, cap('#["&0"]', ['p+5'])]]]);
  });

  test('gets arguments that it cannot change', async () => {
    let got: any;
    const vat = await makeVat(() => Far('root', { take: (x: unknown) => void (got = x) }));
    await vat.send(message('o+0', 'take', '[{"a":[{"b":1}]}]'));
    for (const x of [got, got.a, got.a[0]]) expect(Object.isFrozen(x)).toBe(true);
    await vat.send(message('o+0', 'take', '[{"#tag":"t","payload":{"a":1}}]'));
    for (const x of [got, got.payload]) expect(Object.isFrozen(x)).toBe(true);
  });

  test('cannot be given data with a prototype', async () => {
    let got: any;
    const vat = await makeVat(() => Far('root', { take: (x: unknown) => void (got = x) }));
    await vat.dispatch(message('o+0', 'take', '[{"__proto__":{"a":1},"b":2}]')).catch(() => {});
    expect(got?.a).toBe(undefined);
  });
});
