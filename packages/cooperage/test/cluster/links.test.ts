/** Shards that send to one another: real processes over a real PostgreSQL. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openMembership } from '@cooperage/cluster';
import { afterAll, describe, expect, it } from 'vitest';
import { runInProcess } from '../cli/run-in-process.js';
import { fixture } from '../helpers.js';
import { databaseOfFile, hasServer } from './database.js';
import { type NodeProcess, startNode } from './node-process.js';

const SHARDS = ['s0', 's1', 's2'];
/** Messages under which processes are killed and shards moved. */
const MESSAGES = 200;

describe.runIf(hasServer)('the shards of a cluster', async () => {
  if (!hasServer) return;
  const { url, home } = await databaseOfFile();
  const kernel = join(home, 'cooperage.json');
  const source = fixture('placed-vat.js');
  writeFileSync(
    kernel,
    JSON.stringify({
      bootstrap: 'boss',
      vats: {
        boss: { source },
        bob: { source, shard: 's1' },
        cid: { source, shard: 's2' },
      },
    }),
  );
  const configFor = (name: string, shards: readonly string[]): string => {
    const path = join(home, `${name}.json`);
    const config = {
      ...{ database: { url }, data: join(home, name), node: { name }, lease: 2_000 },
      kernels: Object.fromEntries(shards.map((shard) => [shard, kernel])),
    };
    writeFileSync(path, JSON.stringify(config));
    return path;
  };
  const nodes = new Map<string, NodeProcess>();
  afterAll(() => {
    for (const { child } of nodes.values()) child.kill('SIGKILL');
  });
  /** A node that runs no other shards than these. */
  const start = async (name: string, ...shards: readonly string[]): Promise<NodeProcess> => {
    const node = await startNode(configFor(name, shards), name);
    nodes.set(name, node);
    return node;
  };
  const nodeOf = (name: string): NodeProcess => nodes.get(name) as NodeProcess;
  const cluster = openMembership({ url });
  afterAll(() => cluster.close());
  await cluster.init(SHARDS);

  /** What a node is asked; again, where a process ended or moved meanwhile. */
  const askUntil = async (node: NodeProcess, ...args: readonly [string, ...unknown[]]) => {
    for (;;) {
      try {
        return await node.ask(...args);
      } catch (error) {
        if (!/has ended; send it again|does not run a kernel|runs no shard/u.test(String(error)))
          throw error;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  };
  it('give the bootstrap vat the vats of other shards, and take messages for any vat at any node that owns one', async () => {
    const one = await start('one', 's0', 's2');
    const two = await start('two', 's1', 's2');
    await cluster.move('s0', 'one');
    for (const shard of ['s1', 's2']) await cluster.move(shard, 'two');
    await expect.poll(() => two.role('s1')).toBe('owner');
    await expect.poll(() => two.role('s2')).toBe('owner');
    await expect.poll(() => one.role('s0')).toBe('owner');
    await expect.poll(() => one.ask('sendTo', 'boss', 'names')).toEqual(['bob', 'cid']);
    expect(await one.ask('sendTo', 'boss', 'tell', ['bob', 'increment'])).toBe(1);
    // By its name at the other node; by its shard, through the one that this node has.
    expect(await two.ask('sendTo', 'boss', 'tell', ['bob', 'increment'])).toBe(2);
    expect(await one.ask('send', 's1', 'bob', 'increment')).toBe(3);
    expect(await two.ask('send', 's0', 'boss', 'increment')).toBe(1);
    expect(await one.ask('sendTo', 'boss', 'introduce', ['bob', 'cid', 'count'])).toBe(3);
    await expect(one.ask('sendTo', 'nobody', 'count')).rejects.toThrow(/no vat is named "nobody"/u);
  });

  it('lose no message and take none twice while a process is killed and a shard moves', async () => {
    const [one, two] = [nodeOf('one'), nodeOf('two')];
    const before = (await one.ask('sendTo', 'bob', 'count')) as number;
    const answers = one.ask('send', 's0', 'boss', 'tellOften', ['bob', MESSAGES]);
    const killed = (await two.shards()).find(({ shard }) => shard === 's1');
    process.kill(killed?.pid ?? 0, 'SIGKILL');
    await cluster.move('s2', 'one');
    expect(await answers).toEqual(Array.from({ length: MESSAGES }, (_, i) => before + i + 1));
    await expect.poll(() => one.role('s2')).toBe('owner');
    expect(await askUntil(one, 'sendTo', 'boss', 'tell', ['cid', 'increment'])).toBe(1);
    // All of it is taken, so that nothing is left on the way.
    const rows = () =>
      cluster.session.once('looking', { name: 'left', text: 'select * from link_batch' }, []);
    await expect.poll(rows).toEqual([]);
  });

  it('break the references to one that is lost, and send to what begins in its place', async () => {
    const [one, two] = [nodeOf('one'), nodeOf('two')];
    const waiting = one.ask('sendTo', 'boss', 'tell', ['bob', 'wait']);
    const rejected = expect(waiting).rejects.toThrow(/shard s1 was lost/u);
    two.child.kill('SIGKILL');
    const config = configFor('operator', SHARDS);
    // Refused until the lease of its node has ended.
    await expect
      .poll(async () => {
        const lost = await runInProcess(
          ['cluster', 'lose', 's1', '--really', '-c', config],
          '0.1.0',
        );
        return lost.code;
      })
      .toBe(0);
    await rejected;
    await expect(one.ask('sendTo', 'boss', 'tell', ['bob', 'count'])).rejects.toThrow(
      /shard s1 was lost/u,
    );
    await start('three', 's1');
    await cluster.move('s1', 'three');
    // The kernel through which the node sends may still have to hear of the loss.
    await expect.poll(() => one.ask('sendTo', 'bob', 'count').catch(String)).toBe(0);
    const { shards } = await cluster.view();
    expect(shards.map(({ incarnation }) => incarnation)).toEqual([1, 2, 1]);
  });
});
