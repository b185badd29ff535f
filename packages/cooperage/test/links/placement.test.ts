/** One config for several kernels: each runs the vats that are placed on its shard. */
import { groupLinks } from '@cooperage/kernel';
import { makeMemoryCluster, type MemoryCluster } from '@cooperage/store';
import type { StoreBackend } from '@cooperage/types';
import { describe, expect, it } from 'vitest';
import type { CooperageKernel, KernelConfig, OpenKernelOptions } from '../../src/index.js';
import { fixture, openForTest as open } from '../helpers.js';

const source = fixture('placed-vat.js');
const CONFIG: KernelConfig = {
  bootstrap: 'boss',
  vats: {
    boss: { source },
    ann: { source },
    bob: { source, shard: 's1' },
    cid: { source, shard: 's2' },
  },
};

const makeCluster = () => {
  const cluster = makeMemoryCluster(groupLinks);
  const backends = new Map(['s0', 's1', 's2'].map((shard) => [shard, cluster.open(shard)]));
  return { cluster, backendOf: (shard: string) => backends.get(shard) as StoreBackend };
};

const start = async (
  backend: StoreBackend,
  options: Partial<OpenKernelOptions> = {},
): Promise<CooperageKernel> => {
  const kernel = await open({ config: CONFIG, backend, ...options });
  kernel.start();
  return kernel;
};

const open3 = async () => {
  const { cluster, backendOf } = makeCluster();
  const [zero, one, two] = await Promise.all(
    ['s0', 's1', 's2'].map((shard) => start(backendOf(shard))),
  );
  return { cluster, zero, one, two } as {
    cluster: MemoryCluster;
    zero: CooperageKernel;
    one: CooperageKernel;
    two: CooperageKernel;
  };
};

describe('vats placed on shards', () => {
  it('all run in one kernel where that has no links', async () => {
    const kernel = await open({ config: CONFIG });
    kernel.start();
    await expect.poll(() => kernel.send('boss', 'names')).toEqual(['ann', 'bob', 'cid']);
    expect(await kernel.send('boss', 'tell', ['bob', 'increment'])).toBe(1);
  });

  it('run each in its kernel, and the bootstrap vat gets the roots of all of them', async () => {
    const { zero, one, two } = await open3();
    await expect.poll(() => zero.send('boss', 'names')).toEqual(['ann', 'bob', 'cid']);
    expect([zero, one, two].map((kernel) => kernel.stats().vats)).toEqual([2, 1, 1]);
    expect(await zero.send('boss', 'tell', ['bob', 'increment'])).toBe(1);
    expect(await zero.send('boss', 'introduce', ['cid', 'bob', 'increment'])).toBe(1);
    await expect
      .poll(async () => (await zero.run({ milliseconds: 1 })).bootstrap)
      .toEqual({ state: 'fulfilled' });
  });

  it('are sent to by their names at any of the kernels', async () => {
    const { zero, one, two } = await open3();
    expect(await two.send('bob', 'increment')).toBe(1);
    expect(await Promise.all([zero.send('bob', 'increment'), zero.send('bob', 'count')])).toEqual([
      2, 2,
    ]);
    expect(await one.send('bob', 'count')).toBe(2);
    expect(await one.send('ann', 'increment')).toBe(1);
    await expect(two.send('dan', 'count')).rejects.toMatchObject({ code: 'VAT_NOT_FOUND' });
    expect(() => two.root('bob')).toThrow(/runs on shard s1: .*links\.find\("s1", "bob"\)/u);
  });

  it('are waited for by bootstrap, also by the next process of its kernel', async () => {
    const { backendOf, cluster } = makeCluster();
    const warnings: string[] = [];
    const first = await start(backendOf('s0'));
    const ran = await first.run({ milliseconds: 1 });
    expect(ran.bootstrap).toEqual({ state: 'pending' });
    await first.close();
    const zero = await start(cluster.open('s0'), { log: (_, message) => warnings.push(message) });
    await start(backendOf('s1'));
    await start(backendOf('s2'));
    await expect.poll(() => zero.send('boss', 'names')).toEqual(['ann', 'bob', 'cid']);
  });

  it('are found again by their names when their shard was lost', async () => {
    const { cluster, zero, one } = await open3();
    expect(await zero.send('bob', 'increment')).toBe(1);
    const waiting = zero.send('bob', 'wait');
    await one.close();
    cluster.lose('s1');
    await expect(waiting).rejects.toThrow(/shard s1 was lost/u);
    await start(cluster.open('s1'));
    expect(await zero.send('bob', 'increment')).toBe(1);
    await expect(zero.send('boss', 'tell', ['bob', 'count'])).rejects.toThrow(/s1 was lost/u);
  });

  it('cannot be placed on a shard that is not there', async () => {
    const { backendOf } = makeCluster();
    const config = { vats: { far: { source, shard: 's7' } } };
    await expect(open({ config, backend: backendOf('s0') })).rejects.toMatchObject({
      code: 'BAD_CONFIG',
      message: expect.stringMatching(/"far" is for shard "s7".* has: s0, s1, s2/u) as string,
    });
  });

  it('stay where they were made', async () => {
    const { cluster, backendOf } = makeCluster();
    const first = await start(backendOf('s0'));
    await first.close();
    const moved = { vats: { ...CONFIG.vats, ann: { source, shard: 's2' } }, bootstrap: 'boss' };
    await expect(open({ config: moved, backend: cluster.open('s0') })).rejects.toMatchObject({
      code: 'CONFIG_CHANGED',
      message: expect.stringMatching(/"ann" runs here.* shard s2; a vat stays/u) as string,
    });
  });
});
