import './helpers/lockdown.js';
import { E } from '@endo/eventual-send';
import { Far } from '@endo/pass-style';
import { describe, expect, test } from 'vitest';
import { cap, message, notify } from './helpers/fake-kernel.js';
import { makeVat } from './helpers/vat.js';

const call = (method: string, args = '[]') => `#[${JSON.stringify(method)},${args}]`;

describe('a message to a local object', () => {
  test('calls the method and resolves the result', async () => {
    const vat = await makeVat(() => Far('root', { add: (a: number, b: number) => a + b }));
    expect(await vat.send(message('o+0', 'add', '[1,2]', [], 'p-1'))).toEqual([
      ['resolve', [['p-1', false, cap('#3')]]],
    ]);
  });

  test('whose method throws rejects the result with an error that has an id', async () => {
    const vat = await makeVat(() =>
      Far('root', {
        fail() {
          throw TypeError('no');
        },
      }),
    );
    const body = (n: number) =>
      `#${JSON.stringify({ '#error': 'no', errorId: `error:liveSlots:v1#${n}`, name: 'TypeError' })}`;
    expect(await vat.send(message('o+0', 'fail', '[]', [], 'p-1'))).toEqual([
      ['resolve', [['p-1', true, cap(body(70001))]]],
    ]);
    expect(await vat.send(message('o+0', 'fail', '[]', [], 'p-2'))).toEqual([
      ['resolve', [['p-2', true, cap(body(70002))]]],
    ]);
    expect(vat.console.map(({ args }) => args[0])).toEqual([
      'Logging sent error stack',
      'Logging sent error stack',
    ]);
  });

  test('that has no such method rejects the result', async () => {
    const vat = await makeVat(() => Far('root', { known() {} }));
    const [resolve] = await vat.send(message('o+0', 'unknown', '[]', [], 'p-1'));
    expect(JSON.stringify(resolve)).toMatch(/target has no method.*unknown.*known/);
    expect((resolve as any)[1][0][1]).toBe(true);
  });

  test('may name its method by a symbol, or call the object itself', async () => {
    const vat = await makeVat(() =>
      Far('root', {
        [Symbol.asyncIterator]: () => 'iterated',
        getFunction: () => Far('fn', (x: number) => x * 2),
      }),
    );
    expect(
      await vat.send([
        'message',
        'o+0' as never,
        { methargs: cap('#["%@@asyncIterator",[]]'), result: 'p-1' as never },
      ]),
    ).toEqual([['resolve', [['p-1', false, cap('#"iterated"')]]]]);
    expect(await vat.send(message('o+0', 'getFunction', '[]', [], 'p-2'))).toEqual([
      ['resolve', [['p-2', false, cap('#"$0.Alleged: fn"', ['o+10'])]]],
    ]);
    expect(
      await vat.send([
        'message',
        'o+10' as never,
        { methargs: cap('#["#undefined",[21]]'), result: 'p-3' as never },
      ]),
    ).toEqual([['resolve', [['p-3', false, cap('#42')]]]]);
  });

  test('without a result makes no syscall', async () => {
    let calls = 0;
    const vat = await makeVat(() => Far('root', { ping: () => (calls += 1) }));
    expect(await vat.send(message('o+0', 'ping'))).toEqual([]);
    expect(calls).toBe(1);
  });

  test('whose method answers later resolves the result then', async () => {
    let release: (value: unknown) => void = () => {};
    const vat = await makeVat(() =>
      Far('root', {
        wait: () => new Promise((resolve) => (release = resolve)),
        go: () => release('went'),
      }),
    );
    expect(await vat.send(message('o+0', 'wait', '[]', [], 'p-1'))).toEqual([]);
    expect(await vat.send(message('o+0', 'go'))).toEqual([
      ['resolve', [['p-1', false, cap('#"went"')]]],
    ]);
  });

  test('whose answer cannot be passed rejects the result', async () => {
    const vat = await makeVat(() => Far('root', { worse: () => ({ f() {} }) }));
    const [resolve] = await vat.send(message('o+0', 'worse', '[]', [], 'p-1'));
    expect((resolve as any)[1][0][1]).toBe(true);
  });

  test('gives every argument as it was sent', async () => {
    let seen: unknown[] = [];
    const vat = await makeVat(() =>
      Far('root', { take: (...args: unknown[]) => void (seen = args) }),
    );
    await vat.send(
      message(
        'o+0',
        'take',
        '["!#text",{"a":[null,true,-1.5],"!-b":"+7"},"#undefined","#NaN","-3",{"#tag":"t","payload":1},{"#error":"e","name":"RangeError"}]',
      ),
    );
    expect(seen.slice(0, 5)).toEqual([
      '#text',
      { a: [null, true, -1.5], '-b': 7n },
      undefined,
      NaN,
      -3n,
    ]);
    expect(Object.isFrozen((seen[1] as any).a)).toBe(true);
    expect(seen[6]).toBeInstanceOf(RangeError);
  });
});

describe('an import', () => {
  test('is one presence each time, and goes out under its name', async () => {
    const seen: unknown[] = [];
    const vat = await makeVat(() => Far('root', { take: (x: unknown) => (seen.push(x), x) }));
    expect(await vat.send(message('o+0', 'take', '["$0.Alleged: bob"]', ['o-5'], 'p-1'))).toEqual([
      ['resolve', [['p-1', false, cap('#"$0.Alleged: bob"', ['o-5'])]]],
    ]);
    await vat.send(message('o+0', 'take', '["$0"]', ['o-5']));
    expect(seen[0]).toBe(seen[1]);
  });

  test('never tells its vref to user code', async () => {
    const seen: unknown[] = [];
    const vat = await makeVat(() => Far('root', { take: (x: unknown) => void seen.push(x) }));
    await vat.send(message('o+0', 'take', '["$0"]', ['o-5']));
    expect(String(seen[0])).not.toContain('o-5');
  });

  test('can be sent messages, whose results can be sent messages before they are there', async () => {
    const vat = await makeVat(() =>
      Far('root', {
        relay(bob: any) {
          const p = E(bob).first('x');
          void E(E(p).second()).third(bob, p);
        },
      }),
    );
    expect(await vat.send(message('o+0', 'relay', '["$0.Alleged: bob"]', ['o-5']))).toEqual([
      ['send', 'o-5', { methargs: cap(call('first', '["x"]')), result: 'p+5' }],
      ['subscribe', 'p+5'],
      ['send', 'p+5', { methargs: cap(call('second')), result: 'p+6' }],
      ['subscribe', 'p+6'],
      [
        'send',
        'p+6',
        { methargs: cap(call('third', '["$0.Alleged: bob","&1"]'), ['o-5', 'p+5']), result: 'p+7' },
      ],
      ['subscribe', 'p+7'],
    ]);
  });

  test('can be sent messages without a result, and so can promises', async () => {
    const vat = await makeVat(() =>
      Far('root', {
        tell(bob: any, p: Promise<any>) {
          void E.sendOnly(bob).first(Promise.resolve(1));
          void E.sendOnly(p).second();
        },
      }),
    );
    expect(
      await vat.send(message('o+0', 'tell', '["$0.Alleged: bob","&1"]', ['o-5', 'p-6'])),
    ).toEqual([
      ['subscribe', 'p-6'],
      ['send', 'o-5', { methargs: cap(call('first', '["&0"]'), ['p+5']), result: null }],
      ['send', 'p-6', { methargs: cap(call('second')), result: null }],
      ['resolve', [['p+5', false, cap('#1')]]],
    ]);
  });
});

describe('a promise', () => {
  test('that comes in is subscribed to, and settles by a notify', async () => {
    const seen: unknown[] = [];
    const vat = await makeVat(() =>
      Far('root', { follow: (p: Promise<unknown>) => void p.then((x) => seen.push(x)) }),
    );
    expect(await vat.send(message('o+0', 'follow', '["&0"]', ['p-3']))).toEqual([
      ['subscribe', 'p-3'],
    ]);
    await vat.send(notify(['p-3', false, '#"news"']));
    expect(seen).toEqual(['news']);
  });

  test('that goes out is resolved when it settles, as is the one inside it', async () => {
    const vat = await makeVat(() =>
      Far('root', {
        go(bob: any) {
          const inner = Promise.resolve(7);
          void E(bob).take(Promise.resolve([inner]));
        },
      }),
    );
    const log = await vat.send(message('o+0', 'go', '["$0.Alleged: bob"]', ['o-5']));
    expect(log.map(([tag]) => tag)).toEqual(['send', 'subscribe', 'resolve', 'resolve']);
    expect((log[2] as any)[1]).toEqual([['p+5', false, cap('#["&0"]', ['p+7'])]]);
  });

  test('cycle is resolved under the names that the kernel knows', async () => {
    const vat = await makeVat(() =>
      Far('root', {
        go(bob: any) {
          let settle: (value: unknown) => void = () => {};
          const p = new Promise((resolve) => (settle = resolve));
          settle(Object.freeze([p]));
          void E(bob).take(p);
        },
      }),
    );
    expect(await vat.send(message('o+0', 'go', '["$0.Alleged: bob"]', ['o-5']))).toEqual([
      ['send', 'o-5', { methargs: cap(call('take', '["&0"]'), ['p+5']), result: 'p+6' }],
      ['subscribe', 'p+6'],
      ['resolve', [['p+5', false, cap('#["&0"]', ['p+5'])]]],
    ]);
  });

  test('for the answer of a message to oneself becomes the vat’s own to resolve', async () => {
    const seen: unknown[] = [];
    const vat = await makeVat(() =>
      Far('root', {
        start(self: any) {
          void E(self)
            .ask()
            .then((x: unknown) => seen.push(x));
        },
        ask: () => 'answer',
      }),
    );
    expect(await vat.send(message('o+0', 'start', '["$0"]', ['o-5']))).toEqual([
      ['send', 'o-5', { methargs: cap(call('ask')), result: 'p+5' }],
      ['subscribe', 'p+5'],
    ]);
    expect(await vat.send(message('o+0', 'ask', '[]', [], 'p+5'))).toEqual([
      ['resolve', [['p+5', false, cap('#"answer"')]]],
    ]);
    expect(seen).toEqual(['answer']);
    // The kernel may notify all the same: the vat subscribed once.
    expect(await vat.send(notify(['p+5', false, '#"answer"']))).toEqual([]);
    expect(seen).toEqual(['answer']);
  });
});

describe('news that cross', () => {
  const build = () => Far('root', { take: (x: unknown) => x, hello: () => 'hello' });

  test('of promises that are unknown are new imports, whoever numbered them', async () => {
    const vat = await makeVat(build);
    for (const vpid of ['p-3', 'p+5']) {
      expect(await vat.send(message('o+0', 'take', '["&0"]', [vpid]))).toEqual([
        ['subscribe', vpid],
      ]);
    }
  });

  test('to promises that are unknown are sent on to where the kernel knows them', async () => {
    const vat = await makeVat(build);
    expect(await vat.send(message('p-3', 'hello', '[]', [], 'p-4'))).toEqual([
      ['subscribe', 'p-3'],
      ['send', 'p-3', { methargs: cap(call('hello')), result: 'p+5' }],
      ['subscribe', 'p+5'],
    ]);
    expect(await vat.send(notify(['p+5', false, '#"hi"']))).toEqual([
      ['resolve', [['p-4', false, cap('#"hi"')]]],
    ]);
    // The same, for a promise of the vat's own numbering that it forgot.
    const log = await vat.send(message('p+77', 'hello', '[]', [], 'p-5'));
    expect(log.slice(0, 2)).toEqual([
      ['subscribe', 'p+77'],
      ['send', 'p+77', { methargs: cap(call('hello')), result: 'p+6' }],
    ]);
  });

  test('about results that are unknown make them the vat’s own', async () => {
    const vat = await makeVat(build);
    expect(await vat.send(message('o+0', 'hello', '[]', [], 'p+99'))).toEqual([
      ['resolve', [['p+99', false, cap('#"hello"')]]],
    ]);
  });

  test('4: of garbage, or of promises long settled, are ignored', async () => {
    const vat = await makeVat(build);
    for (const tag of ['dropExports', 'retireExports'] as const) {
      expect(await vat.send([tag, ['o+77', 'o+d33/1', 'o+v34/1:2'] as never])).toEqual([]);
    }
    expect(await vat.send(['retireImports', ['o-77'] as never])).toEqual([]);
    expect(await vat.send(notify(['p-88', false, '#1'], ['p+88', true, '#2']))).toEqual([]);
  });
});

describe('dispatch', () => {
  test('rejects what is no delivery, and nothing is delivered before startVat', async () => {
    const vat = await makeVat(() => Far('root', {}), { start: false });
    await expect(vat.dispatch(['nonsense'] as never)).rejects.toThrow(/unknown delivery type/);
    await expect(vat.dispatch(message('o+0', 'x'))).rejects.toThrow(/startVat/);
  });

  test('rejects a failed start', async () => {
    const failing = [
      () => {
        throw Error('my mistake');
      },
      () => ({}),
      () => new Promise(() => {}),
    ];
    for (const build of failing) {
      const vat = await makeVat(build, { start: false });
      await expect(vat.dispatch(['startVat', cap('#"#undefined"')])).rejects.toThrow();
    }
  });

  test('gives buildRootObject its parameters', async () => {
    let got: unknown;
    await makeVat(
      (_powers, parameters) => {
        got = parameters;
        return Far('root', {});
      },
      { startDelivery: ['startVat', cap('#{"a":1}')] },
    );
    expect(got).toEqual({ a: 1 });
  });

  test('closes syscalls to whoever runs after the crank', async () => {
    let late: Promise<unknown> | undefined;
    const vat = await makeVat((powers) =>
      Far('root', {
        later() {
          late = new Promise((resolve) => setTimeout(resolve, 20)).then(() =>
            powers.exitVat('late'),
          );
          late.catch(() => {});
        },
      }),
    );
    expect(await vat.send(message('o+0', 'later'))).toEqual([]);
    await expect(late).rejects.toThrow(/during its cranks only/);
  });
});

describe('the end of a vat', () => {
  test('by its own word keeps the crank, or not', async () => {
    const vat = await makeVat((powers) =>
      Far('root', {
        done: (x: unknown) => powers.exitVat(x),
        fail: (x: unknown) => powers.exitVatWithFailure(x),
      }),
    );
    expect(await vat.send(message('o+0', 'done', '["bye"]'))).toEqual([
      ['exit', false, cap('#"bye"')],
    ]);
    expect(await vat.send(message('o+0', 'fail', '["woe"]'))).toEqual([
      ['exit', true, cap('#"woe"')],
    ]);
  });

  test('comes when it resolves with more than fits', async () => {
    const vat = await makeVat(() => Far('root', { big: () => 'x'.repeat(10_000_000) }));
    const [exit] = await vat.send(message('o+0', 'big', '[]', [], 'p-1'));
    expect(exit).toMatchObject(['exit', true, { slots: [] }]);
    expect(JSON.stringify(exit)).toContain('syscall capdata too large');
  });

  test('does not come when it sends more than fits: that send is rejected', async () => {
    const vat = await makeVat(() =>
      Far('root', {
        send: (bob: any) =>
          E(bob)
            .take('x'.repeat(10_000_000))
            .catch((error: Error) => error.message),
      }),
    );
    expect(await vat.send(message('o+0', 'send', '["$0.Alleged: bob"]', ['o-5'], 'p-1'))).toEqual([
      ['resolve', [['p-1', false, cap('#"syscall capdata too large"')]]],
    ]);
  });
});
