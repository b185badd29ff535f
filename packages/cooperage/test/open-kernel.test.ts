import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeService } from '../src/index.js';
import { fixture, openForTest, temporaryDirectory } from './helpers.js';

const source = fixture('worker-vat.js');
const config = { vats: { a: { source }, b: { source } } };
const withCreator = {
  bootstrap: 'creator',
  vats: { creator: { source: fixture('creator-vat.js') }, a: { source } },
};

describe('a kernel', () => {
  it('answers what is sent to a root, once that is durable', async () => {
    const { send } = await openForTest({ config, directory: temporaryDirectory() });
    expect(await send('a', 'increment')).toBe(1);
    expect(await send('a', 'increment')).toBe(2);
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['numbers', [0, -1, 1.5, NaN, Infinity, -Infinity]],
    ['big integers', [0n, -12345678901234567890n]],
    ['strings that look like references', ['$0', '&1', '#undefined', '!', '+3', '%sym', '']],
    ['records', { a: { b: [{ c: undefined }] }, '#odd': 1 }],
  ])('passes %s through a vat and back', async (_, value) => {
    const { send } = await openForTest({ config });
    expect(await send('a', 'echo', [value])).toEqual(value);
  });

  it('passes references, which keep their identity', async () => {
    const { send, root } = await openForTest({ config });
    const b = (await send('a', 'echo', [root('b')])) as ReturnType<typeof root>;
    expect(b.kref()).toBe(root('b').kref());
    expect(await b.send('increment')).toBe(1);
  });

  it('refuses what cannot be passed, and says where it is', async () => {
    const { send } = await openForTest({ config });
    await expect(send('a', 'echo', [{ list: [1, () => 2] }])).rejects.toMatchObject({
      code: 'BAD_ARGUMENT',
      message: expect.stringContaining('list[1]') as string,
    });
    await expect(send('a', 'echo', [{ when: new Date(0) }])).rejects.toThrow(/when/);
    await expect(send('a', 'echo', [new Map()])).rejects.toThrow(/instance of Map/);
  });

  it('does not freeze what its caller passes', async () => {
    const { send } = await openForTest({ config });
    const value = { list: [1] };
    await send('a', 'echo', [value]);
    value.list.push(2);
    expect(value.list).toEqual([1, 2]);
  });

  it('names the vats that there are when one is not', async () => {
    const { send } = await openForTest({ config });
    await expect(send('c', 'increment')).rejects.toMatchObject({
      code: 'VAT_NOT_FOUND',
      message: expect.stringMatching(/"c".*a, b/) as string,
    });
  });

  it('gives an error of a vat to the caller, without its stack', async () => {
    const { send } = await openForTest({ config });
    await expect(send('a', 'noSuchMethod')).rejects.toThrow(/noSuchMethod/);
  });

  it('goes from record to record by steps', async () => {
    const kernel = await openForTest({
      config,
      directory: temporaryDirectory(),
      manual: true,
    });
    const answer = kernel.root('a').send('relay', [kernel.root('b'), 'increment', []]);
    const steps = [];
    for (let step = await kernel.step(); step !== undefined; step = await kernel.step())
      steps.push(step);
    expect(await answer).toBe(1);
    expect(steps.length).toBeGreaterThanOrEqual(3);
  });

  it('runs until it is stopped, between two cranks', async () => {
    const kernel = await openForTest({ config });
    kernel.start();
    const retired: number[] = [];
    kernel.on('retired', ({ n }) => void retired.push(n));
    await kernel.send('a', 'increment');
    await kernel.stop();
    expect(retired.length).toBeGreaterThan(0);
    expect(kernel.stats().cranks).toBeGreaterThanOrEqual(retired.length);
  });

  it('refuses everything once it is closed, and rejects who waits', async () => {
    const kernel = await openForTest({ config });
    const waiting = expect(kernel.send('a', 'wait')).rejects.toMatchObject({ code: 'CLOSED' });
    await kernel.close();
    await waiting;
    await kernel.close();
    await expect(kernel.run()).rejects.toMatchObject({ code: 'CLOSED' });
    await expect(kernel.send('a', 'increment')).rejects.toMatchObject({ code: 'CLOSED' });
  });

  it('is refused where another has its directory', async () => {
    const directory = temporaryDirectory();
    await openForTest({ config, directory });
    await expect(openForTest({ config, directory })).rejects.toMatchObject({
      code: 'STORE_LOCKED',
    });
  });

  it.each([
    ['throws', 'throwing-vat.js', /buildRootObject gives up/],
    ['returns data', 'not-remotable-vat.js', /remotable|non-frozen/i],
    ['has no buildRootObject', 'empty-vat.js', /buildRootObject/],
  ])('writes nothing if a vat of its config %s', async (_, file, reason) => {
    const directory = join(temporaryDirectory(), 'new');
    const broken = { vats: { ...config.vats, broken: { source: fixture(file) } } };
    await expect(openForTest({ config: broken, directory })).rejects.toMatchObject({
      code: 'VAT_START_FAILED',
      message: expect.stringMatching(reason) as string,
    });
    expect(existsSync(directory)).toBe(false);
    const kernel = await openForTest({ config, directory });
    expect(kernel.isNew).toBe(true);
    expect(await kernel.send('a', 'increment')).toBe(1);
    await kernel.close();
    await expect(openForTest({ config: broken, directory })).rejects.toMatchObject({
      code: 'VAT_START_FAILED',
    });
    const again = await openForTest({ config, directory });
    expect(again.isNew).toBe(false);
    expect(await again.send('a', 'increment')).toBe(2);
  });

  it('gives bootstrap the other vats and the services', async () => {
    const { send, run } = await openForTest({ config: withCreator, services: { ledger: {} } });
    await run();
    for (const name of ['timer', 'logger', 'vatAdmin', 'ledger']) {
      expect(await send('creator', 'hasService', [name])).toBe(true);
    }
  });
});

describe('a service', () => {
  it('is called by vats like any other object', async () => {
    class Ledger {
      #total = 0n;
      add(amount: bigint) {
        this.#total += amount;
        return { total: this.#total };
      }
      async slowly(value: string) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        return value;
      }
      fail() {
        throw new RangeError('out of funds');
      }
    }
    const { send, run } = await openForTest({
      config: withCreator,
      services: { ledger: new Ledger() },
    });
    await run();
    const call = (method: string, ...args: unknown[]) =>
      send('creator', 'callService', ['ledger', method, args]);
    expect(await call('add', 5n)).toEqual({ total: 5n });
    expect(await call('add', 6n)).toEqual({ total: 11n });
    expect(await call('slowly', 'done')).toBe('done');
    await expect(call('fail')).rejects.toThrow('out of funds');
    await expect(call('constructor')).rejects.toThrow(/no method/);
    await expect(call('hasOwnProperty', 'x')).rejects.toThrow(/no method/);
  });

  it('can keep a reference and call back later', async () => {
    let kept:
      { send(method: string): Promise<unknown>; retain(): void; release(): void } | undefined;
    const services = {
      keeper: {
        keep: (ref: typeof kept) => {
          ref?.retain();
          kept = ref;
        },
      },
    };
    const kernel = await openForTest({ config: withCreator, services });
    await kernel.run();
    await kernel.send('creator', 'callService', ['keeper', 'keep', [kernel.root('a')]]);
    expect(await kept?.send('increment')).toBe(1);
    kept?.release();
  });

  it('keeps run() waiting, unless it is a background one', async () => {
    let finished = false;
    const slow = () =>
      new Promise((resolve) =>
        setTimeout(() => {
          finished = true;
          resolve(undefined);
        }, 50),
      );
    const never = makeService(() => new Promise(() => undefined), { background: true });
    const kernel = await openForTest({
      config: withCreator,
      services: { foreground: { slow }, never },
    });
    await kernel.run();
    kernel
      .root('creator')
      .send('callService', ['never', 'anything', []])
      .catch(() => undefined);
    kernel
      .root('creator')
      .send('callService', ['foreground', 'slow', []])
      .catch(() => undefined);
    await kernel.run();
    expect(finished).toBe(true);
  });

  it('called timer wakes vats, and goes on after a restart', async () => {
    const directory = temporaryDirectory();
    const first = await openForTest({ config: withCreator, directory });
    await first.run();
    const now = (await first.send('creator', 'callService', ['timer', 'now', []])) as number;
    expect(Math.abs(now - Date.now())).toBeLessThan(60_000);
    const woken = (await first.send('creator', 'callService', ['timer', 'delay', [20]])) as number;
    expect(woken).toBeGreaterThanOrEqual(now + 20);
    first
      .root('creator')
      .send('callService', ['timer', 'delay', [2_000]])
      .catch(() => undefined);
    await first.run();
    await first.close();
    const second = await openForTest({ config: withCreator, directory });
    expect(second.stats().openOutputs).toBeGreaterThan(0);
    second.start();
    await expect.poll(() => second.stats().openOutputs).toBe(0);
  });

  it('called logger has levels', async () => {
    const lines: string[] = [];
    const kernel = await openForTest({
      config: withCreator,
      log: (level, message) => void lines.push(`${level}: ${message}`),
    });
    await kernel.run();
    await kernel.send('creator', 'callService', ['logger', 'warn', ['low', { funds: 5n }]]);
    expect(lines).toEqual(['warn: low { funds: 5n }']);
  });

  it('must be given again when the kernel is opened again', async () => {
    const directory = temporaryDirectory();
    const first = await openForTest({ config: withCreator, directory, services: { ledger: {} } });
    await first.close();
    await expect(openForTest({ config: withCreator, directory })).rejects.toMatchObject({
      code: 'SERVICE_NOT_FOUND',
      message: expect.stringContaining('ledger') as string,
    });
  });
});
