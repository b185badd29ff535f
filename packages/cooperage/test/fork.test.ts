/** Forks of vats that really run: on V8 by running again what the parent did, on QuickJS from images of its heap. */
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { VatID } from '@cooperage/types';
import type { CooperageKernel } from '../src/index.js';
import { fixture, openForTest, temporaryDirectory } from './helpers.js';

const config = {
  bootstrap: 'forker',
  vats: { forker: { source: fixture('forker-vat.js') } },
  bundles: { forked: { source: fixture('forked-vat.js') } },
};

const drive = (kernel: CooperageKernel) => ({
  ...kernel,
  make: (name: string, options: object = {}) =>
    kernel.send('forker', 'create', [name, 'forked', options]),
  fork: (parent: string, name: string, things: string[] = [], options: object = {}) =>
    kernel.send('forker', 'fork', [parent, name, things, options]),
  ask: (name: string, method: string, ...args: unknown[]) =>
    kernel.send('forker', 'ask', [name, method, ...args]),
  does: (method: string, ...args: unknown[]) => kernel.send('forker', method, args),
});

describe.each([
  ['v8', 'arrival'],
  ['v8', 'issue'],
  ['quickjs', 'arrival'],
  ['quickjs', 'issue'],
] as const)('on %s, in %s order', (engine, order) => {
  const open = async (options: object = {}) =>
    drive(await openForTest({ config: { ...config, engine }, order, ...options }));

  it('a fork has the heap of its parent, and goes its own way', async () => {
    const { make, fork, ask } = await open();
    await make('ann');
    await ask('ann', 'add', 'a');
    await fork('ann', 'ben');
    expect(await ask('ben', 'add', 'b')).toBe(2);
    expect(await ask('ann', 'heap')).toEqual(['a']);
    // A fork of a fork is a fork.
    await fork('ben', 'cid');
    await ask('ben', 'add', 'only ben');
    await ask('cid', 'add', 'only cid');
    expect(await ask('ben', 'heap')).toEqual(['a', 'b', 'only ben']);
    expect(await ask('cid', 'heap')).toEqual(['a', 'b', 'only cid']);
  });

  it('names its errors as its parent does, however its heap came to be', async () => {
    const quarantined: string[] = [];
    const { make, fork, ask } = await open({
      on: { 'vat-quarantined': ({ name }: { name: string }) => quarantined.push(name) },
    });
    await make('ann');
    await expect(ask('ann', 'no such method')).rejects.toThrow(/no such method/);
    await fork('ann', 'ben');
    const answer = await Promise.race([ask('ben', 'add', 1), delay(60_000).then(() => 'silence')]);
    expect([answer, quarantined]).toEqual([1, []]);
  });

  it('an old reference gets a new one, to the same object of the child', async () => {
    const { make, fork, ask, does } = await open();
    await make('ann');
    await does('get', 'ann', 'counter', 'one', 'one');
    expect(await does('tell', 'one', 'up')).toBe('one: 1 of 1');
    expect(await fork('ann', 'ben', ['one'])).toBe(1);
    expect(await does('tell', 'ben one', 'up')).toBe('one: 2 of 2');
    expect(await does('tell', 'ben one', 'up')).toBe('one: 3 of 3');
    expect(await does('tell', 'one', 'up')).toBe('one: 2 of 2');
    // What has no new reference is still an object of the child, which can hand it out.
    await fork('ann', 'cid');
    await does('get', 'cid', 'counter', 'of cid', 'one');
    expect(await does('tell', 'of cid', 'up')).toBe('one: 3 of 3');
    expect(await ask('ann', 'heap')).toEqual([]);
  });

  it('weak keys and durable data are the child’s own', async () => {
    const { make, fork, ask } = await open();
    await make('ann');
    await ask('ann', 'mark', 'thing token', 'red');
    await fork('ann', 'ben');
    expect(await ask('ben', 'marked', 'thing token')).toEqual(['red', 'red']);
    await ask('ben', 'mark', 'thing token', 'blue');
    expect(await ask('ann', 'marked', 'thing token')).toEqual(['red', 'red']);
    expect(await ask('ben', 'marked', 'thing token')).toEqual(['blue', 'blue']);
  });

  it('in the middle of promises: one decider each, and both hear what both wait for', async () => {
    const { make, fork, ask, does, run } = await open();
    await make('ann');
    await does('expect', 'ann');
    await does('announce', ['ann']);
    await fork('ann', 'ben');
    // The child resolves its own promise, which nobody has.
    await ask('ben', 'keep', 'from ben');
    await ask('ann', 'keep', 'from ann');
    expect(await does('expected', 'ann')).toBe('from ann');
    await does('settle', 'news');
    await run();
    expect(await ask('ann', 'heard')).toEqual(['news']);
    expect(await ask('ben', 'heard')).toEqual(['news']);
  });

  it('while messages keep coming: each goes to one of them, and none is lost', async () => {
    const { make, fork, ask } = await open();
    await make('ann');
    const sent: Promise<unknown>[] = [];
    const forks: Promise<unknown>[] = [];
    for (let i = 0; i < 40; i += 1) {
      sent.push(ask('ann', 'add', i));
      if (i % 10 === 5) forks.push(fork('ann', `child ${i}`));
    }
    await Promise.all([...sent, ...forks]);
    expect(await ask('ann', 'heap')).toEqual(Array.from({ length: 40 }, (_, i) => i));
    for (const at of [5, 15, 25, 35]) {
      const heap = (await ask(`child ${at}`, 'heap')) as number[];
      // A prefix of what the parent was told: it was cloned between two deliveries.
      expect(heap).toEqual(Array.from({ length: heap.length }, (_, i) => i));
      expect(heap.length).toBeLessThanOrEqual(40);
    }
  });

  it('a fork and its parent come back after a restart, and a vat that was taken offline does too', async () => {
    const directory = temporaryDirectory();
    const first = await open({ directory });
    await first.make('ann');
    await first.ask('ann', 'add', 1);
    await first.fork('ann', 'ben');
    await first.ask('ben', 'add', 2);
    const { online } = first.stats();
    await first.does('administer', 'ben', 'takeOffline');
    await first.run();
    // On an engine that can copy heaps it goes when its heap is on disk.
    await expect.poll(() => first.stats().online).toBe(online - 1);
    expect(await first.ask('ben', 'add', 3)).toBe(3);
    await first.close();
    const second = await open({ directory });
    expect(await second.ask('ann', 'heap')).toEqual([1]);
    expect(await second.ask('ben', 'heap')).toEqual([1, 2, 3]);
    await second.fork('ben', 'cid');
    expect(await second.ask('cid', 'heap')).toEqual([1, 2, 3]);
  });

  it('a zygote takes preparation calls of its creator, and rests between its forks', async () => {
    const { make, fork, ask, does, stats, run } = await open();
    await make('egg', { zygote: true });
    await ask('egg', 'add', 'prepared');
    const { online } = stats();
    await fork('egg', 'one');
    await run();
    expect(stats().online).toBeLessThanOrEqual(online + 1);
    await fork('egg', 'two');
    await ask('two', 'add', 'two');
    expect(await ask('one', 'heap')).toEqual(['prepared']);
    expect(await ask('two', 'heap')).toEqual(['prepared', 'two']);
    await make('ann');
    await does('give', 'ann', 'egg');
    // Whoever is not its creator is told why.
    await does('expect', 'egg');
    await expect(fork('egg', 'three')).rejects.toThrow(/zygote egg is the decider of the promise/);
    await ask('egg', 'keep', 'done');
    await does('get', 'egg', 'counter', 'held', 'x');
    await expect(fork('egg', 'three')).rejects.toThrow(/zygote egg has the export/);
  });

  it('a fork bomb meets its quota, and nobody else does', async () => {
    const { make, fork, ask, does, run, stats } = await open();
    await make('bomb', { vatQuota: 4 });
    await make('bystander');
    const before = stats().vats;
    await does('give', 'bomb', 'bomb');
    const said = (await ask('bomb', 'explode', 6)) as string[];
    expect(said.join()).toMatch(/QUOTA_EXCEEDED: this account has 4 vats, and its vatQuota is/);
    await run();
    expect(stats().vats).toBe(before + 3);
    // Whoever made the bomb may go on making vats, and so may others.
    await fork('bystander', 'one more');
    await make('another');
    expect(await ask('one more', 'add', 1)).toBe(1);
    expect(stats().vats).toBe(before + 5);
  });
});

describe('images of heaps that really run', () => {
  const quick = { ...config, engine: 'quickjs' } as const;

  it('a vat comes back from its newest image, and a damaged one costs time only', async () => {
    const directory = temporaryDirectory();
    const replays: number[] = [];
    const refused: string[] = [];
    const open = async () =>
      drive(
        await openForTest({
          config: quick,
          directory,
          snapshotInterval: 10,
          on: {
            'worker-started': ({ toReplay }) => replays.push(toReplay),
            'image-refused': ({ reason }) => refused.push(reason),
          },
        }),
      );
    const first = await open();
    await first.make('ann');
    for (let i = 0; i < 25; i += 1) await first.ask('ann', 'add', i);
    await first.run();
    await first.snapshot('forker');
    expect([...first.store.snapshots.list('v1' as VatID)].length).toBeGreaterThan(0);
    await expect.poll(() => [...first.store.snapshots.list('v2' as VatID)]).toHaveLength(2);
    await first.close();

    replays.length = 0;
    const second = await open();
    expect(await second.ask('ann', 'add', 25)).toBe(26);
    expect(replays).toHaveLength(2);
    for (const replayed of replays) expect(replayed).toBeLessThan(10);
    const lost = second.store.snapshots.newest('v2' as VatID);
    await second.store.snapshots.deleteImage(lost?.hash ?? '');
    await second.close();

    const third = await open();
    expect(await third.ask('ann', 'add', 26)).toBe(27);
    expect(refused.join()).toContain('is missing');
    await third.close();
  });

  it('a vat on an engine that cannot copy heaps says so', async () => {
    const kernel = await openForTest({ config });
    await expect(kernel.snapshot('forker')).rejects.toThrow(/runs on v8, which cannot copy a heap/);
  });
});
