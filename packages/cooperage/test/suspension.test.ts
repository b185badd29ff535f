/** Vats that use up what they may use stand still, and go on when there is more: on real kernels, over restarts. */
import { hashState, makeKernelStore } from '@cooperage/store';
import { openLmdbBackend } from '@cooperage/store-lmdb';
import { describe, expect, it } from 'vitest';
import { type CooperageKernel, replayKernel } from '../src/index.js';
import { fixture, openForTest, temporaryDirectory } from './helpers.js';

const config = {
  bootstrap: 'forker',
  vats: { forker: { source: fixture('forker-vat.js') } },
  bundles: { forked: { source: fixture('forked-vat.js') } },
};
const SUSPENDED = { engine: 'quickjs', whenExhausted: 'suspend' };
const TURNS = 100_000;
const MUCH = 10_000_000_000n;

const remaining = async ({ send }: CooperageKernel): Promise<bigint> =>
  ((await send('forker', 'tell', ['meter', 'get'])) as { remaining: bigint }).remaining;

/** What a vat's start uses, and what `TURNS` turns do: the same on every run. */
const measure = async (): Promise<{ start: bigint; turns: bigint }> => {
  const kernel = await openForTest({ config });
  await kernel.send('forker', 'createMeter', ['meter', MUCH]);
  await kernel.send('forker', 'createMetered', ['ann', 'forked', 'meter', SUSPENDED]);
  const before = await remaining(kernel);
  await kernel.send('forker', 'ask', ['ann', 'spin', TURNS]);
  const turns = before - (await remaining(kernel));
  await kernel.close();
  return { start: MUCH - before, turns };
};

/** Has a vat do what it cannot pay for. */
const exhaust = async (kernel: CooperageKernel, name: string): Promise<void> => {
  const told = new Promise((resolve) => {
    kernel.on('vat-suspended', resolve);
  });
  kernel.send('forker', 'ask', [name, 'spin', TURNS]).catch(() => undefined);
  expect(await told).toMatchObject({ name });
};

describe('a vat whose meter runs out', () => {
  it('goes on where it was when it is topped up, in another process too', async () => {
    const { start, turns } = await measure();
    const directory = temporaryDirectory();
    const first = await openForTest({ config, directory });
    await first.send('forker', 'createMeter', ['meter', start + turns / 2n]);
    await first.send('forker', 'createMetered', ['ann', 'forked', 'meter', SUSPENDED]);
    await first.send('forker', 'create', ['ben', 'forked', { engine: 'quickjs' }]);
    await exhaust(first, 'ann');
    // Others go on, and what is sent to it waits.
    expect(await first.send('forker', 'ask', ['ben', 'spin', 10])).toBe(10);
    first.send('forker', 'ask', ['ann', 'add', 'later']).catch(() => undefined);
    await first.run();
    expect(first.suspension.suspended()).toMatchObject([{ name: 'ann', why: 'meter' }]);
    await first.close();

    const second = await openForTest({ config, directory });
    expect(second.suspension.suspended()).toHaveLength(1);
    second.suspension.topUp('ann', turns * 3n);
    await second.run();
    expect(second.suspension.suspended()).toEqual([]);
    // The crank that was undone counts once, and what waited came after it.
    expect(await second.send('forker', 'ask', ['ann', 'spin', 0])).toBe(TURNS);
    expect(await second.send('forker', 'ask', ['ann', 'heap'])).toEqual(['later']);
  });

  it('is not left alone with a loop: the crank ends where the meter does', async () => {
    const { start } = await measure();
    const kernel = await openForTest({ config });
    await kernel.send('forker', 'createMeter', ['meter', 3n * start]);
    const mortal = { engine: 'quickjs' };
    await kernel.send('forker', 'createMetered', ['ann', 'forked', 'meter', SUSPENDED]);
    await kernel.send('forker', 'createMetered', ['ben', 'forked', 'meter', mortal]);
    const told = new Promise((resolve) => {
      kernel.on('vat-suspended', resolve);
    });
    const looping = kernel.send('forker', 'ask', ['ann', 'spin', Infinity]);
    looping.catch(() => undefined);
    expect(await told).toMatchObject({ name: 'ann', why: 'meter' });
    expect(await remaining(kernel)).toBe(0n);
    // The clock would have had the vat ended.
    expect(kernel.suspension.suspended()).toMatchObject([{ name: 'ann', why: 'meter' }]);
    await kernel.send('forker', 'tell', ['meter', 'add', 1_000n]);
    await expect(kernel.send('forker', 'ask', ['ben', 'spin', Infinity])).rejects.toThrow(
      'the crank used more computrons than the meter holds',
    );
    expect(kernel.suspension.suspended()).toHaveLength(1);
  });

  it('is one history on any number of threads, and when it is run again', async () => {
    const { start, turns } = await measure();
    const hashes: string[] = [];
    for (const threads of [1, 2, 8]) {
      const directory = temporaryDirectory();
      const kernel = await openForTest({ config, directory, order: 'issue', threads });
      await kernel.send('forker', 'createMeter', ['meter', 2n * start + turns / 2n]);
      await kernel.send('forker', 'createMetered', ['ann', 'forked', 'meter', SUSPENDED]);
      await kernel.send('forker', 'createMetered', ['ben', 'forked', 'meter', SUSPENDED]);
      const asked = ['ann', 'ben'].map((name) =>
        kernel.send('forker', 'ask', [name, 'spin', TURNS]),
      );
      await kernel.run();
      expect(kernel.suspension.suspended().map(({ name }) => name)).toEqual(['ann', 'ben']);
      await kernel.send('forker', 'tell', ['meter', 'add', 2n * turns]);
      expect(await Promise.all(asked)).toEqual([TURNS, TURNS]);
      await kernel.run();
      await kernel.close();
      const store = makeKernelStore(await openLmdbBackend(directory));
      hashes.push(hashState(store.tables, ['history.']));
      await store.close();
      expect((await replayKernel({ directory, threads: 2 })).difference).toBeUndefined();
    }
    expect(new Set(hashes).size).toBe(1);
  });
});

describe('a vat that meets the limit of a crank', () => {
  it('goes on when the limit is raised, and its state is that of before the crank', async () => {
    const limit = { ...SUSPENDED, computronLimit: 300_000_000 };
    const kernel = await openForTest({ config });
    await kernel.send('forker', 'create', ['ann', 'forked', limit]);
    await kernel.send('forker', 'ask', ['ann', 'add', 'before']);

    const asked = kernel.send('forker', 'ask', ['ann', 'spin', 1_500_000]);
    await kernel.run();
    expect(kernel.suspension.suspended()).toMatchObject([{ name: 'ann', why: 'computronLimit' }]);
    // Trying again leads to the same.
    kernel.suspension.resume('ann');
    await kernel.run();
    expect(kernel.suspension.suspended()).toHaveLength(1);
    await kernel.send('forker', 'administer', [
      'ann',
      'changeOptions',
      { computronLimit: 100_000_000_000 },
    ]);
    expect(await asked).toBe(1_500_000);
    expect(await kernel.send('forker', 'ask', ['ann', 'heap'])).toEqual(['before']);
  });

  it('can be ended instead', async () => {
    const limit = { ...SUSPENDED, computronLimit: 300_000_000 };
    const kernel = await openForTest({ config });
    await kernel.send('forker', 'create', ['ann', 'forked', limit]);
    const asked = kernel.send('forker', 'ask', ['ann', 'spin', -1]);
    await kernel.run();
    kernel.quarantine.terminate('ann', 'it never ends');
    await expect(asked).rejects.toThrow(/ann terminated: it never ends/);
    expect(kernel.suspension.suspended()).toEqual([]);
  });
});

it('what cannot be done says why', async () => {
  const kernel = await openForTest({ config });
  expect(() => kernel.suspension.resume('forker')).toThrow('vat "forker" is not suspended');
  expect(() => kernel.suspension.topUp('forker', 5n)).toThrow('vat "forker" has no meter');
  expect(() => kernel.suspension.resume('nobody')).toThrow(/nobody/);
});
