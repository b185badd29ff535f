import type { ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openMembership } from '@cooperage/cluster';
import { afterAll, describe, expect, it } from 'vitest';
import { fixture } from '../helpers.js';
import { databaseOfFile, hasServer } from './database.js';
import { type NodeProcess, startNode } from './node-process.js';

const LEASE = 2_000;

describe.runIf(hasServer)('a kernel on several nodes', async () => {
  if (!hasServer) return;
  const { url, home } = await databaseOfFile();
  const nodes: ChildProcess[] = [];
  afterAll(() => {
    for (const child of nodes) child.kill('SIGKILL');
  });
  process.env['COOPERAGE_TEST_CLUSTER_URL'] = url;
  const kernel = join(home, 'cooperage.json');
  writeFileSync(kernel, JSON.stringify({ vats: { a: { source: fixture('worker-vat.js') } } }));
  const configFor = (name: string): string => {
    const path = join(home, `${name}.json`);
    const config = {
      database: { url: 'env:COOPERAGE_TEST_CLUSTER_URL' },
      data: join(home, name),
      lease: LEASE,
      kernels: { s0: kernel },
    };
    writeFileSync(path, JSON.stringify(config));
    return path;
  };
  const started = new Map<string, NodeProcess>();
  /** The one that an earlier test left, or another. */
  const start = async (name: string) => {
    const known = started.get(name);
    if (known !== undefined) return known;
    const node = await startNode(configFor(name), name);
    nodes.push(node.child);
    started.set(name, node);
    return node;
  };
  const cluster = openMembership({ url });
  afterAll(() => cluster.close());
  await cluster.init(['s0']);
  const epoch = async (): Promise<number> => (await cluster.view()).shards[0]?.epoch ?? 0;

  it('goes on at the standby when its node is killed, and the former owner can commit nothing', async () => {
    const one = await start('one');
    await expect.poll(one.role).toBe('owner');
    const two = await start('two');
    await expect.poll(two.role).toBe('standby');
    expect(await one.send('a', 'increment')).toBe(1);
    expect(await one.send('a', 'increment')).toBe(2);

    // A process that is paused holds its shard no longer than the lease: its node is killed with it.
    const [paused] = await one.shards();
    process.kill(paused?.pid ?? 0, 'SIGSTOP');
    one.child.kill('SIGKILL');
    await expect.poll(two.role, { interval: 20 }).toBe('owner');
    expect(await two.send('a', 'increment')).toBe(3);
    const owned = await epoch();
    process.kill(paused?.pid ?? 0, 'SIGCONT');
    expect(await two.send('a', 'increment')).toBe(4);
    expect(await epoch()).toBe(owned);

    const answer = await fetch(`http://127.0.0.1:${await two.port()}/readyz`);
    expect(answer.status).toBe(200);
    const metrics = await (await fetch(`http://127.0.0.1:${await two.port()}/metrics`)).text();
    expect(metrics).toContain('cooperage_takeovers_total{reason="lease"} 1');
    expect(metrics).toMatch(/cooperage_groups_total\{shard="s0"\} \d+/);
  });

  it('is handed over to another node when it is told to, and when its node ends', async () => {
    const two = await start('two');
    const three = await start('three');
    await expect.poll(three.role).toBe('standby');
    await cluster.move('s0', 'three');
    await expect.poll(three.role).toBe('owner');
    expect(await three.send('a', 'increment')).toBe(5);
    await expect.poll(two.role).toBe('standby');

    const gone = new Promise((resolve) => three.child.on('exit', resolve));
    three.child.kill('SIGTERM');
    await expect.poll(two.role).toBe('owner');
    expect(await two.send('a', 'increment')).toBe(6);
    expect(await gone).toBe(0);
  });

  it('starts again on its node when its process is killed', async () => {
    const two = await start('two');
    const [before] = await two.shards();
    process.kill(before?.pid ?? 0, 'SIGKILL');
    await expect.poll(async () => (await two.shards())[0]?.pid).not.toBe(before?.pid);
    await expect.poll(two.role).toBe('owner');
    expect(await two.send('a', 'increment')).toBe(7);
  });
});
