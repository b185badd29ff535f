/** Kernels that send to one another, in one process. */
import { join } from 'node:path';
import { groupLinks } from '@cooperage/kernel';
import { makeMemoryCluster, type MemoryCluster } from '@cooperage/store';
import { importInto } from '@cooperage/tools';
import { describe, expect, it } from 'vitest';
import type { CooperageKernel } from '../../src/index.js';
import { fixture, openForTest as open, temporaryDirectory } from '../helpers.js';

const config = (vat: string) => ({ vats: { [vat]: { source: fixture('worker-vat.js') } } });

const start = async (
  cluster: MemoryCluster,
  shard: string,
  vat: string,
): Promise<CooperageKernel> => {
  const kernel = await open({ config: config(vat), backend: cluster.open(shard) });
  kernel.start();
  return kernel;
};

const linksOf = ({ links }: CooperageKernel) => {
  if (links === undefined) throw Error('the kernel has no links');
  return links;
};

describe('kernels with links', () => {
  it('have none where their store has none', async () => {
    const kernel = await open({ config: config('alone') });
    expect(kernel.links).toBeUndefined();
  });

  it('find the static vats of one another, and their vats send to these', async () => {
    const cluster = makeMemoryCluster(groupLinks);
    const one = await start(cluster, 's0', 'ann');
    const two = await start(cluster, 's1', 'bob');
    expect([linksOf(one).self, linksOf(two).self]).toEqual(['s0~1', 's1~1']);
    const bob = await linksOf(one).find('s1', 'bob');
    expect(await bob.send('increment')).toBe(1);
    // A vat is given the reference, and sends to it: the answer comes back to the vat.
    expect(await one.send('ann', 'relay', [bob, 'increment', []])).toBe(2);
    expect(await two.send('bob', 'count')).toBe(2);
    // A reference of the other kernel comes back as what it was.
    const ann = one.root('ann');
    expect(await bob.send('relay', [ann, 'increment', []])).toBe(1);
    expect(await bob.send('echo', [ann])).toBe(ann);
  });

  it('keep no message that the other has taken', async () => {
    const cluster = makeMemoryCluster(groupLinks);
    const one = await start(cluster, 's0', 'ann');
    await start(cluster, 's1', 'bob');
    const bob = await linksOf(one).find('s1', 'bob');
    for (let i = 1; i <= 20; i += 1) expect(await bob.send('increment')).toBe(i);
    await expect.poll(() => [...one.store.tables.keys('link.s1~1.s.', 'link.s1~1.s/')]).toEqual([]);
  });

  it('wait for one that is not up, and go on with the next process of one that has ended', async () => {
    const cluster = makeMemoryCluster(groupLinks);
    const one = await start(cluster, 's0', 'ann');
    const first = await start(cluster, 's1', 'bob');
    const bob = await linksOf(one).find('s1', 'bob');
    expect(await bob.send('increment')).toBe(1);
    await first.close();
    const sent = [bob.send('increment'), bob.send('increment')];
    const second = await start(cluster, 's1', 'bob');
    expect(await Promise.all(sent)).toEqual([2, 3]);
    expect(await second.send('bob', 'count')).toBe(3);
  });

  it('break references to one that is lost, and find what comes after it', async () => {
    const cluster = makeMemoryCluster(groupLinks);
    const one = await start(cluster, 's0', 'ann');
    const first = await start(cluster, 's1', 'bob');
    const bob = await linksOf(one).find('s1', 'bob');
    expect(await bob.send('increment')).toBe(1);
    const waiting = bob.send('wait');
    await first.close();
    cluster.lose('s1');
    await expect(waiting).rejects.toMatchObject({
      message: expect.stringContaining('lost') as string,
    });
    await expect(bob.send('increment')).rejects.toThrow(/shard s1 was lost/u);
    await start(cluster, 's1', 'bob');
    const next = await linksOf(one).find('s1', 'bob');
    expect(await next.send('increment')).toBe(1);
  });

  it('are known by another name when they come from an export, unless peers know them by the former one', async () => {
    const folder = temporaryDirectory();
    const exported = async (kernel: CooperageKernel, name: string): Promise<string> => {
      const file = join(folder, name);
      await kernel.export(file);
      return file;
    };
    const cluster = makeMemoryCluster(groupLinks);
    const one = await start(cluster, 's0', 'ann');
    expect(await one.send('ann', 'increment')).toBe(1);
    const alone = await exported(one, 'alone.cooperage');
    await start(cluster, 's1', 'bob');
    await linksOf(one).find('s1', 'bob');
    const linked = await exported(one, 'linked.cooperage');
    await one.close();
    cluster.lose('s0');

    const empty = cluster.open('s0');
    await expect(importInto(empty, [linked])).rejects.toMatchObject({
      code: 'BAD_ARGUMENT',
      message: expect.stringMatching(/linked with s1~1.* it would be s0~2/u) as string,
    });
    expect(empty.committed).toBe(0);
    await importInto(empty, [alone]);
    const again = await open({ config: config('ann'), backend: empty });
    again.start();
    expect(linksOf(again).self).toBe('s0~2');
    const bob = await linksOf(again).find('s1', 'bob');
    expect(await again.send('ann', 'relay', [bob, 'increment', []])).toBe(1);
  });

  it('refuse shards and vats that are not there', async () => {
    const cluster = makeMemoryCluster(groupLinks);
    const one = await start(cluster, 's0', 'ann');
    await start(cluster, 's1', 'bob');
    await expect(linksOf(one).find('s9', 'bob')).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
    await expect(linksOf(one).find('s1', 'nobody')).rejects.toThrow();
    await expect(linksOf(one).find('s1', 7 as unknown as string)).rejects.toMatchObject({
      code: 'BAD_ARGUMENT',
    });
  });
});
