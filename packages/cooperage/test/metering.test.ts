/** Vats that are counted: their limits, and the meters that they share. */
import { describe, expect, it } from 'vitest';
import { readTranscript } from '@cooperage/tools';
import type { CooperageKernel } from '../src/index.js';
import { fixture, limitTime, openForTest, temporaryDirectory } from './helpers.js';

const config = {
  bootstrap: 'forker',
  vats: { forker: { source: fixture('forker-vat.js') } },
  bundles: { forked: { source: fixture('forked-vat.js') } },
};
const LIMIT = { engine: 'quickjs', computronLimit: 300_000_000 };

/** Every message of a vat that was carried to the end used so many computrons, as its transcript says. */
const usage = (kernel: CooperageKernel, vat: string): number[] =>
  [...kernel.store.transcripts.read(readTranscript(kernel.store, vat).vatID, 1, Infinity)].map(
    (text) => {
      const { record } = JSON.parse(text) as { record: { usage: { computrons: number } } };
      return record.usage.computrons;
    },
  );

describe('a vat on an engine that counts', () => {
  it('that exceeds its limit in one crank ends with that reason, and others go on', async () => {
    const { send } = await openForTest({ config });
    await send('forker', 'create', ['good', 'forked', LIMIT]);
    await send('forker', 'create', ['bad', 'forked', LIMIT]);
    await expect(send('forker', 'ask', ['bad', 'spin', -1])).rejects.toThrow(/vat bad terminated/);
    expect(await send('forker', 'ask', ['good', 'spin', 10])).toBe(10);
  });

  it('is charged to its meter, with its forks, the same on each run', async () => {
    const runs: unknown[] = [];
    for (const threads of [1, 2]) {
      const { send } = await openForTest({ config, order: 'issue', threads });
      await send('forker', 'createMeter', ['meter', 10_000_000_000n, 1_000n]);
      await send('forker', 'createMetered', ['ann', 'forked', 'meter', LIMIT]);
      await send('forker', 'ask', ['ann', 'spin', 1_000]);
      await send('forker', 'fork', ['ann', 'ben']);
      const before = (await send('forker', 'tell', ['meter', 'get'])) as { remaining: bigint };
      await send('forker', 'ask', ['ben', 'spin', 1_000]);
      const after = (await send('forker', 'tell', ['meter', 'get'])) as { remaining: bigint };
      expect(after.remaining).toBeLessThan(before.remaining);
      runs.push([before.remaining, after.remaining]);
    }
    expect(runs[0]).toEqual(runs[1]);
  });

  it('whoever waits is told when its meter falls below the threshold', async () => {
    const { send } = await openForTest({ config });
    await send('forker', 'createMeter', ['meter', 10_000_000_000n, 9_990_000_000n]);
    const low = send('forker', 'tell', ['meter', 'notify']);
    await send('forker', 'createMetered', [
      'ann',
      'forked',
      'meter',
      { engine: 'quickjs', computronLimit: 2_000_000_000 },
    ]);
    await send('forker', 'ask', ['ann', 'spin', 100_000]);
    expect(await low).toBeLessThan(9_990_000_000n);
  });
});

describe('vats of a config', () => {
  const source = fixture('hungry-vat.js');
  const metered = {
    engine: 'quickjs',
    vats: {
      ann: { source, meter: 'shared' },
      ben: { source, meter: 'shared' },
      cem: { source, computronLimit: 300_000_000 },
      dan: { source, engine: 'v8', meter: 'shared' },
    },
    meters: { shared: { remaining: '10000000000000', threshold: 1_000 } },
  } as const;

  it('share the meter that they name; each record says what its crank used', async () => {
    const kernel = await openForTest({ config: metered });
    for (const vat of ['ann', 'ben', 'ann']) await kernel.send(vat, 'spin', [1_000]);
    await kernel.send('cem', 'spin', [10]);
    await kernel.send('dan', 'spin', [10]);
    await kernel.run();
    const [ann, ben, cem] = ['ann', 'ben', 'cem'].map((vat) => usage(kernel, vat));
    for (const each of [ann, ben, cem].flat()) expect(each).toBeGreaterThan(1_000);
    // Equal vats use the same for the same.
    expect(ben).toEqual(ann?.slice(0, ben?.length));
    const used = [ann, ben].flat().reduce<number>((sum, each) => sum + Number(each), 0);
    expect(kernel.meters.list()).toMatchObject([
      {
        name: 'shared',
        remaining: 10_000_000_000_000n - BigInt(used),
        threshold: 1_000n,
        vats: [{ name: 'ann' }, { name: 'ben' }, { name: 'dan' }],
      },
    ]);
  });

  it('find their meter again when the kernel is opened again, and another that the config has by then', async () => {
    const directory = temporaryDirectory();
    const first = await openForTest({ config: metered, directory });
    await first.send('ann', 'spin', [1_000]);
    const [before] = first.meters.list();
    await first.close();
    const second = await openForTest({
      config: { ...metered, meters: { ...metered.meters, other: { remaining: 7 } } },
      directory,
    });
    expect(second.meters.list()).toEqual([
      before,
      expect.objectContaining({ name: 'other', remaining: 7n, vats: [] }),
    ]);
  });

  it('are topped up by the host, by the name of their meter', async () => {
    const kernel = await openForTest({ config: metered });
    const [before] = kernel.meters.list();
    kernel.meters.topUp('shared', 12n);
    expect(kernel.meters.list()).toMatchObject([{ remaining: (before?.remaining ?? 0n) + 12n }]);
    expect(() => kernel.meters.topUp('shared', 0n)).toThrow('1 or more computrons, not 0');
  });

  it('can be given the meter by the host, and then top it up', async () => {
    const kernel = await openForTest({ config: metered });
    const meter = kernel.meters.facet('shared');
    await kernel.send('cem', 'add', [meter, 5_000_000_000_000n]);
    const { remaining } = (await kernel.send('cem', 'look', [meter])) as { remaining: bigint };
    expect(remaining).toBeGreaterThan(14_000_000_000_000n);
    expect(() => kernel.meters.facet('shred')).toThrow(
      expect.objectContaining({
        code: 'METER_NOT_FOUND',
        message: expect.stringContaining('did you mean "shared"?') as string,
      }),
    );
  });

  it('that use more than one crank may end alone, in code of theirs and in the engine’s own', async () => {
    for (const [method, argument] of [
      ['spin', -1],
      ['search', 60],
    ] as const) {
      const kernel = await openForTest({ config: metered });
      await expect(kernel.send('cem', method, [argument])).rejects.toThrow(/vat cem terminated/);
      expect(await kernel.send('ann', 'spin', [10])).toBe(10);
    }
  });
});

describe('behind what is counted', () => {
  const source = fixture('hungry-vat.js');

  it.each(['quickjs', 'v8'] as const)(
    'stands a limit in time, and it is what the end of the vat is put down to, on %s',
    async (engine) => {
      const ended: string[] = [];
      const kernel = await openForTest({
        config: {
          engine,
          vats: { slow: { source }, other: { source } },
        },
        on: { 'vat-ended': ({ name, reason }) => ended.push(`${name}: ${reason}`) },
      });
      await kernel.send('slow', 'spin', [1]);
      await limitTime(kernel, 'slow');
      await expect(kernel.send('slow', 'spin', [-1])).rejects.toThrow(/vat slow terminated/);
      expect(ended).toEqual([expect.stringMatching(/^slow: .*more than 1000 ms/)]);
      expect(ended[0]).not.toMatch(/computron|meter/);
      expect(await kernel.send('other', 'spin', [10])).toBe(10);
    },
  );

  it('stands a clock outside of the thread, for what the engine cannot break off', async () => {
    const ended: string[] = [];
    const kernel = await openForTest({
      config: {
        engine: 'quickjs',
        vats: { stuck: { source, crankTimeLimit: 4_000, ownThread: true }, other: { source } },
      },
      on: { 'vat-ended': ({ name, reason }) => ended.push(`${name}: ${reason}`) },
    });
    const stuck = kernel.send('stuck', 'scan', [4_000_000]);
    await expect(stuck).rejects.toThrow(/vat stuck terminated/);
    expect(ended).toEqual([
      expect.stringMatching(/^stuck: .*4000 ms and could not be interrupted/),
    ]);
    expect(await kernel.send('other', 'spin', [10])).toBe(10);
  });
});
