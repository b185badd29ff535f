/** What the host passes to vats by reference: objects, functions, promises; and what it does with `E()`. */
import { setImmediate as turn } from 'node:timers/promises';
import { beforeAll, afterAll, describe, expect, expectTypeOf, it } from 'vitest';
import { E, Far, type CooperageKernel, type KernelRef, openKernel } from '../src/index.js';
import { checkTables } from '@cooperage/kernel';
import { fixture, openForTest, temporaryDirectory } from './helpers.js';

interface Purse {
  balance(): number;
  me(self: Purse): Purse;
}
interface Bank {
  balance(name: string): number | undefined;
  getPurse(balance: number): Purse;
  keep(name: string, value: unknown): void;
}

const source = fixture('host-objects-vat.js');
const config = { vats: { bank: { source } } } as const;

const insistWhole = (kernel: CooperageKernel): void =>
  expect(checkTables(kernel.store.tables)).toEqual([]);

/** Objects and promises that the host answers for. */
const hosted = (kernel: CooperageKernel): string[] => [
  ...kernel.store.tables.keys('hosted.', 'hosted/'),
];

let kernel: CooperageKernel;
const send = (method: string, ...args: unknown[]): Promise<unknown> =>
  kernel.send('bank', method, args);

beforeAll(async () => {
  kernel = await openKernel({
    config,
    threads: 1,
    log: () => undefined,
    on: { console: () => undefined },
  });
});
afterAll(async () => {
  insistWhole(kernel);
  await kernel.close();
});

/** Has the vat tell what it does not need. */
const collect = async (): Promise<void> => {
  for (let i = 0; i < 3; i += 1) {
    kernel.bringOutYourDead('bank');
    await kernel.run();
    await turn();
  }
};

describe('E() on the host', () => {
  it('sends to a root, and types the answer', async () => {
    const bank = kernel.root<Bank>('bank');
    expect(await E(bank).balance('ann')).toBe(7);
    expectTypeOf(E(bank).balance).returns.resolves.toEqualTypeOf<number | undefined>();
    expectTypeOf(E(bank).getPurse).returns.resolves.toEqualTypeOf<KernelRef<Purse>>();
    // @ts-expect-error the bank has no such method
    await expect(E(bank).nothing()).rejects.toMatchObject({ allegedCode: 'METHOD_NOT_FOUND' });
  });

  it('pipelines: all is sent before anything is answered', async () => {
    const bank = kernel.root<Bank>('bank');
    const purse = E(bank).getPurse(11);
    const balance = E(purse).balance();
    const again = E(E(purse).me(purse)).balance();
    expect(await balance).toBe(11);
    expect(await again).toBe(11);
    const late = E(kernel.send('bank', 'getPurse', [5]) as Promise<KernelRef<Purse>>).balance();
    expect(await late).toBe(5);
  });

  it('calls functions of vats, and has no properties to read', async () => {
    const adder = (await send('getAdder')) as KernelRef<(a: number, b: number) => number>;
    expect(await E(adder)(2, 3)).toBe(5);
    await expect(
      (E.get(kernel.root('bank')) as Record<string, Promise<unknown>>)['size'],
    ).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
  });

  it('gives one reference for one object', async () => {
    const purse = await send('getPurse', 1);
    expect(await send('areSame', purse, purse)).toBe(true);
    await send('keep', 'purse', purse);
    expect(await send('give', 'purse')).toBe(purse);
    expect(kernel.root('bank')).toBe(kernel.root('bank'));
  });

  it('says what became of a reference that was released', async () => {
    const purse = (await send('getPurse', 2)) as KernelRef<Purse>;
    purse.release();
    await collect();
    await expect(E(purse).balance()).rejects.toMatchObject({ code: 'OBJECT_GONE' });
    await expect(purse.send('balance')).rejects.toMatchObject({ code: 'OBJECT_GONE' });
    await expect(send('keep', 'x', purse)).rejects.toMatchObject({ code: 'OBJECT_GONE' });
    expect(await send('balance', 'ann')).toBe(7);
  });
});

describe('a host object', () => {
  it('is called in the order in which vats send', async () => {
    const got: number[] = [];
    const listener = Far('listener', { got: (n: number) => void got.push(n) });
    await send('notifyMany', listener, 50);
    await kernel.run();
    expect(got).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
  });

  it('may be of a class, by exportObject, and is the same each time', async () => {
    class Counter {
      #count = 0;
      add(n: number): number {
        return (this.#count += n);
      }
      get hidden(): number {
        return this.#count;
      }
    }
    const counter = new Counter();
    const exported = kernel.exportObject(counter, 'counter');
    expect(kernel.exportObject(counter)).toBe(exported);
    expect(Object.isFrozen(counter)).toBe(false);
    expect(await send('call', exported, 'add', 2)).toBe(2);
    expect(await send('call', exported, 'add', 3)).toBe(5);
    expect(await send('areSame', exported, exported)).toBe(true);
    for (const method of ['constructor', 'hidden', 'toString', 'hasOwnProperty', '__proto__']) {
      await expect(send('call', exported, method, 'x')).rejects.toMatchObject({
        code: 'VAT_REJECTED',
        message: expect.stringContaining('has no method'),
      });
    }
    await expect(send('keep', 'c', counter)).rejects.toThrow(/args\[1\].*exportObject/);
    expect(() => kernel.exportObject({ data: 1 })).toThrow(/has none/);
    expect(() => kernel.exportObject(3 as never)).toThrow(/BAD_ARGUMENT|takes an object/);
  });

  it('comes back as itself', async () => {
    const mine = Far('mine', { hi: () => 'hi' });
    await send('keep', 'mine', mine);
    expect(await send('give', 'mine')).toBe(mine);
    const all = (await send('call', Far('echo', { echo: (...x: unknown[]) => x }), 'echo', {
      deep: [mine],
    })) as readonly [{ readonly deep: readonly unknown[] }];
    expect(all[0].deep[0]).toBe(mine);
  });

  it('throws what its callers get, with a code of the kernel', async () => {
    const failing = Far('failing', {
      fail: () => {
        throw new RangeError('no more');
      },
    });
    await expect(send('call', failing, 'fail')).rejects.toMatchObject({
      name: 'RangeError',
      message: 'no more',
    });
  });

  it('may be a function made with Far; a plain function is refused with the remedy', async () => {
    expect(
      await send(
        'apply',
        Far('twice', (n: number) => 2 * n),
        21,
      ),
    ).toBe(42);
    expect(
      await send(
        'apply',
        kernel.exportObject((n: number) => n + 1),
        1,
      ),
    ).toBe(2);
    await expect(send('apply', (n: number) => n)).rejects.toMatchObject({
      code: 'BAD_ARGUMENT',
      message: expect.stringMatching(/^args\[0\] is a function.*Far\('name', function\)/),
    });
    for (const method of ['call', 'bind', 'toString', 'apply']) {
      await expect(
        send(
          'call',
          Far('f', () => 1),
          method,
        ),
      ).rejects.toThrow(/no method/);
    }
  });

  it('may be in the answer of another one, and in what a promise is settled with', async () => {
    const inner = Far('inner', { hi: () => 'from inside' });
    const outer = Far('outer', { later: async () => inner, now: () => ({ list: [inner] }) });
    expect(await send('viaPromise', Promise.resolve(inner), 'hi')).toBe('from inside');
    expect(await send('call', outer, 'later')).toBe(inner);
    expect(await send('call', outer, 'now')).toEqual({ list: [inner] });
  });

  it('is let go of when vats let go of it', async () => {
    await collect();
    const before = hosted(kernel).length;
    const kept = Far('kept', { hi: () => 1 });
    await send('keep', 'kept', kept);
    expect(hosted(kernel)).toHaveLength(before + 1);
    await send('drop', 'kept');
    await collect();
    expect(hosted(kernel)).toHaveLength(before);
    insistWhole(kernel);
  });

  it('is recognized again by a vat that let go of it and knows it weakly', async () => {
    const known = Far('known', { hi: () => 1 });
    await send('recognize', known);
    await collect();
    expect(await send('isRecognized', known)).toBe(true);
    await collect();
    expect(await send('isRecognized', known)).toBe(true);
    expect(await send('isRecognized', Far('known', { hi: () => 1 }))).toBe(false);
    insistWhole(kernel);
  });

  it('leaves nothing where the message is never delivered', async () => {
    await collect();
    const before = hosted(kernel).length;
    const broken = Promise.reject(new Error('broken'));
    await expect(E(broken as Promise<KernelRef>)['take']?.(Far('x', {}))).rejects.toThrow('broken');
    const toData = E(kernel.send('bank', 'balance', ['ann']) as Promise<KernelRef>);
    await expect(toData['take']?.(Far('x', { a: () => 1 }))).rejects.toThrow();
    await expect(send('keep', 'x', [Far('x', { a: () => 1 }), new Map()])).rejects.toThrow(/Map/);
    await collect();
    expect(hosted(kernel)).toHaveLength(before);
  });
});

describe('a promise of the host', () => {
  it('is settled later, and messages wait on it', async () => {
    let resolve!: (value: unknown) => void;
    const promise = new Promise((done) => {
      resolve = done;
    });
    const answer = send('viaPromise', promise, 'hi', 1);
    await send('keep', 'promise', promise);
    expect(await send('areSame', promise, promise)).toBe(true);
    resolve(Far('late', { hi: (n: number) => `hi ${n}` }));
    expect(await answer).toBe('hi 1');
    await kernel.run();
    insistWhole(kernel);
  });

  it('is rejected with its reason, which counts as handled', async () => {
    await send('keep', 'broken', Promise.reject(new TypeError('not today')));
    await kernel.run();
    expect(await send('awaitKept', 'broken')).toEqual({ rejected: 'not today' });
    await send('keep', 'odd', Promise.resolve(new Map()));
    await kernel.run();
    const { rejected } = (await send('awaitKept', 'odd')) as { readonly rejected: string };
    expect(rejected).toMatch(/what the promise was settled with: .*Map/);
  });

  it('that has properties of its own is refused, and nothing of them is called', async () => {
    const called: string[] = [];
    const own = (key: string, value: PropertyDescriptor): Promise<number> =>
      Object.defineProperty(Promise.resolve(3), key, value);
    const call = (name: string) => (): never => {
      called.push(name);
      throw Object.create(null);
    };
    for (const promise of [
      own('then', { value: call('then') }),
      own('constructor', { get: call('constructor') }),
    ]) {
      await expect(send('await', promise)).rejects.toMatchObject({
        code: 'BAD_ARGUMENT',
        message: expect.stringMatching(/^args\[0\]\.(then|constructor) is a property of a promise/),
      });
    }
    expect(called).toEqual([]);
    // Those that Node marks promises with are symbols.
    const marked = Object.assign(Promise.resolve(3), { [Symbol('async_id_symbol')]: 7 });
    expect(await send('await', marked)).toEqual({ settled: 3 });
    expect(await send('balance', 'ann')).toBe(7);
  });

  it('may be an answer that is still to come: it goes to the vat as the same promise', async () => {
    const bank = kernel.root<Bank>('bank');
    const purse = E(bank).getPurse(9);
    expect(await send('viaPromise', purse, 'balance')).toBe(9);
    expect(await send('await', kernel.send('bank', 'balance', ['bob']))).toEqual({ settled: 3 });
  });

  it('may lead back to itself', async () => {
    let resolve!: (value: unknown) => void;
    const promise: Promise<unknown> = new Promise((done) => {
      resolve = done;
    });
    await send('keep', 'ring', promise);
    resolve([promise]);
    await kernel.run();
    const { settled } = (await send('awaitKept', 'ring')) as { settled: [Promise<unknown>] };
    await kernel.run();
    expect(await settled[0]).toHaveLength(1);
    await send('drop', 'ring');
    await collect();
    insistWhole(kernel);
  });
});

describe('other values', () => {
  it('bytes arrive as bytes, and as a tagged text in the vat', async () => {
    const bytes = new Uint8Array([0, 1, 2, 253, 254, 255]);
    await send('keep', 'bytes', bytes);
    expect(await send('give', 'bytes')).toEqual(bytes);
    expect(await send('tagOf', bytes)).toBe('AAEC/f7/');
    expect(await send('reversed', bytes)).toEqual(new Uint8Array(bytes).reverse());
    await send('keep', 'buffer', { in: [Buffer.from('text'), bytes.buffer] });
    expect(await send('give', 'buffer')).toEqual({
      in: [new Uint8Array(Buffer.from('text')), bytes],
    });
    expect(await E(kernel.root('bank'))['tagOf']?.(bytes)).toBe('AAEC/f7/');
  });

  it.each([
    ['a date', new Date(0), /toISOString/],
    ['a map', new Map(), /\[\.\.\.map\]/],
    ['a set', new Set(), /\[\.\.\.set\]/],
    ['other typed arrays', new Float64Array(1), /Uint8Array/],
    ['what only looks like a promise', { then: () => undefined }, /is a function/],
    ['a symbol', Symbol('s'), /symbol/],
  ])('%s is refused with the remedy', async (_, value, remedy) => {
    await expect(send('keep', 'x', value)).rejects.toMatchObject({
      code: 'BAD_ARGUMENT',
      message: expect.stringMatching(remedy),
    });
  });
});

describe('after a restart', () => {
  const service = (): object => Far('clock', { now: () => 'now' });

  it('a host object is broken with a code that says so, and a service is there again', async () => {
    const directory = temporaryDirectory();
    const options = { directory, config };
    const clock = service();
    const second = await openForTest({ ...options, services: { clock } });
    await second.send('bank', 'keep', ['object', Far('o', { hi: () => 'hi' })]);
    await second.send('bank', 'keep', ['function', Far('f', () => 'hi')]);
    await second.send('bank', 'keep', ['promise', new Promise(() => undefined)]);
    await second.send('bank', 'keep', ['clock', clock]);
    const slow = Far('slow', { wait: () => new Promise(() => undefined) });
    const open = second.send('bank', 'call', [slow, 'wait']);
    await turn();
    expect(await second.send('bank', 'callKept', ['clock', 'now'])).toBe('now');
    const result = expect(open).rejects.toMatchObject({ code: 'CLOSED' });
    await second.close();
    await result;
    const third = await openForTest({ ...options, services: { clock: service() } });
    await expect(third.send('bank', 'callKept', ['object', 'hi'])).rejects.toMatchObject({
      code: 'VAT_REJECTED',
      allegedCode: 'HOST_RESTARTED',
      message: expect.stringContaining('has ended; only services'),
    });
    await expect(third.send('bank', 'applyKept', ['function'])).rejects.toMatchObject({
      allegedCode: 'HOST_RESTARTED',
    });
    const broken = (await third.send('bank', 'give', ['object'])) as KernelRef;
    await expect(E(broken)['hi']?.()).rejects.toMatchObject({ code: 'HOST_RESTARTED' });
    expect(await third.send('bank', 'awaitKept', ['promise'])).toMatchObject({
      rejected: expect.stringContaining('has ended'),
    });
    expect(await third.send('bank', 'callKept', ['clock', 'now'])).toBe('now');
    await third.run();
    expect(hosted(third)).toEqual([]);
    insistWhole(third);
  });
});

it('close rejects what is sent and not answered, and the process goes on', async () => {
  const closing = await openForTest({ config });
  const bank = closing.root('bank');
  const answers = [
    closing.send('bank', 'never'),
    bank.send('never'),
    E(bank)['never']?.(),
    E(E(bank)['getPurse']?.(1) as Promise<KernelRef>)['balance']?.(),
    closing.send('bank', 'await', [new Promise(() => undefined)]),
  ];
  // No handler is there while it closes.
  await closing.close();
  await turn();
  for (const answer of answers) await expect(answer).rejects.toMatchObject({ code: 'CLOSED' });
  await expect(E(bank)['balance']?.('ann')).rejects.toMatchObject({ code: 'CLOSED' });
  await expect(closing.send('bank', 'balance', ['ann'])).rejects.toMatchObject({ code: 'CLOSED' });
});
