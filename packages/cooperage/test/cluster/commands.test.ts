/** The operator's story of a cluster: every command, over a real PostgreSQL and nodes in processes of their own. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openMembership } from '@cooperage/cluster';
import { afterAll, describe, expect, it } from 'vitest';
import { runInProcess } from '../cli/run-in-process.js';
import { fixture } from '../helpers.js';
import { type Node, serve } from './a-node.js';
import { databaseOfFile, freePort, hasServer } from './database.js';

const VERSION = '0.1.0';

/** The program in this process. What it prints with `--json`, or the error that it prints. */
const run = async (...args: readonly string[]) => {
  const { code, out, notes } = await runInProcess(args, VERSION);
  return { code, text: out.join('\n'), notes: notes.join('\n') };
};

interface Answer {
  readonly code: number;
  readonly error?: { readonly code: string; readonly message: string };
  readonly [name: string]: unknown;
}

const runJson = async (...args: readonly string[]): Promise<Answer> => {
  const { code, text } = await run(...args, '--json');
  return { ...(JSON.parse(text) as object), code };
};

describe.runIf(hasServer)('the commands of a cluster', async () => {
  if (!hasServer) return;
  const { url, home } = await databaseOfFile();
  const kernel = join(home, 'cooperage.json');
  writeFileSync(
    kernel,
    JSON.stringify({
      bootstrap: 'ticker',
      vats: { ticker: { source: fixture('vats/ticker.js') } },
    }),
  );
  const configFor = (name: string, changed: object = {}): string => {
    const path = join(home, `${name}.json`);
    const config = {
      ...{ database: { url }, data: join(home, name), node: { name }, lease: 2_000 },
      ...{ kernels: { s0: kernel }, ...changed },
    };
    writeFileSync(path, JSON.stringify(config));
    return path;
  };
  const config = configFor('operator');
  const nodes: Node[] = [];
  afterAll(() => {
    for (const node of nodes) node.process.kill('SIGKILL');
  });
  const ports = new Map<string, number>();
  const started = new Map<string, Node>();
  const start = async (name: string): Promise<Node> => {
    const port = await freePort();
    ports.set(name, port);
    const node = serve(configFor(name, { listen: `127.0.0.1:${port}` }));
    nodes.push(node);
    started.set(name, node);
    await node.says('serves');
    return node;
  };
  const cluster = (...args: readonly string[]) => runJson('cluster', ...args, '-c', config);
  const owner = async (): Promise<string | undefined> => {
    const { nodes: live, shards } = (await cluster('status')) as unknown as {
      nodes: { incarnation: string; name: string }[];
      shards: { owner?: string; id: string; committed: number }[];
    };
    const [shard] = shards;
    return live.find(({ incarnation }) => incarnation === shard?.owner)?.name;
  };
  const ask = async (name: string, path: string) => {
    const answer = await fetch(`http://127.0.0.1:${ports.get(name)}${path}`);
    return { status: answer.status, text: await answer.text() };
  };
  /** The kernel of the shard runs at that node, and has done something there. */
  const runsAt = async (name: string): Promise<void> => {
    await expect.poll(owner).toBe(name);
    await expect.poll(async () => (await ask(name, '/readyz')).status).toBe(200);
    await expect
      .poll(async () => (await ask(name, '/metrics')).text)
      .toMatch(/cooperage_cranks_total\{shard="s0"\} [1-9]/);
  };

  it('init makes the tables and shards, as often as it is called, and status says what is there', async () => {
    const before = await cluster('status');
    expect([before.code, before.error?.code]).toEqual([1, 'BAD_ARGUMENT']);
    expect(before.error?.message).toContain('cooperage cluster init');

    const made = await cluster('init');
    expect(made).toMatchObject({ code: 0, shards: ['s0'], format: 1 });
    expect(await cluster('init')).toEqual(made);

    const { code, text } = await run('cluster', 'status', '-c', config);
    expect(code).toBe(1); // no node runs it
    expect(text).toMatch(/^shard s0~\d+ open, owner -, epoch \d+, group 0, checkpoint 0$/);
  });

  it('serve runs a node: endpoints answer, logs are lines of JSON, and status says that all is well', async () => {
    const one = await start('one');
    await runsAt('one');
    expect(await ask('one', '/healthz')).toEqual({ status: 200, text: 'ok\n' });
    expect((await ask('one', '/elsewhere')).status).toBe(404);
    const { code, text } = await run('cluster', 'status', '-c', config);
    expect(code).toBe(0);
    expect(text).toMatch(/^node one at 127\.0\.0\.1:\d+, capacity 1, lease ends in \d+ ms$/m);
    expect(text).toMatch(/^shard s0~\d+ open, owner one, epoch 1, group [1-9]/m);
    for (const line of one.lines)
      expect([line.node, Date.parse(line.time) > 0]).toEqual(['one', true]);
    expect(one.lines.map(({ message }) => message)).toContain('took over (start)');
  });

  it('move takes a shard to another node, drain takes it away, and SIGTERM hands it over', async () => {
    const two = await start('two');
    await two.says('starts as standby');
    expect(await cluster('move', 's0', 'two')).toMatchObject({ code: 0, shard: 's0', node: 'two' });
    await runsAt('two');
    expect((await ask('two', '/metrics')).text).toContain(
      'cooperage_takeovers_total{reason="handover"} 1',
    );
    expect((await run('cluster', 'status', '-c', config)).text).toContain('pinned to two');

    expect(await cluster('drain', 'two')).toMatchObject({ code: 0, node: 'two' });
    await runsAt('one');
    expect((await run('cluster', 'status', '-c', config)).text).toMatch(/node two .*, draining/);
    two.process.kill('SIGTERM');
    expect(await two.ended).toBe(0);
    expect(two.lines.at(-1)?.message).toBe('ended');

    const three = await start('three');
    await three.says('starts as standby');
    started.get('one')?.process.kill('SIGTERM');
    expect(await started.get('one')?.ended).toBe(0);
    await runsAt('three');
  });

  it.each([
    [['move', 's0', 'nowhere'], 'there is no node "nowhere"; there are: three'],
    [['move', 's9', 'three'], 'there is no open shard "s9"; there are: s0'],
    [['drain', 'nowhere'], 'there is no node "nowhere"; there are: three'],
    [['lose', 's9', '--really'], 'there is no shard "s9"; there are: s0'],
    [['lose', 's0'], 'add --really to do it'],
    [['import', 's9', 'backups'], 'there is no shard s9 in the database'],
  ])('%j is refused with what there is', async (args, message) => {
    const { code, error } = await cluster(...args);
    expect([code, error?.code]).toEqual([1, 'BAD_ARGUMENT']);
    expect(error?.message).toContain(message);
  });

  it('finish-upgrade refuses while a node of another version lives', async () => {
    expect(await cluster('finish-upgrade')).toMatchObject({ code: 0, format: 1, version: VERSION });
    const membership = openMembership({ url });
    const incarnation = '11111111-2222-4333-8444-555555555555';
    const old = { incarnation, name: 'old', address: 'x', version: '0.0.9', capacity: 1 };
    await membership.join({ ...old, lease: 600_000 });
    await membership.drain('old');
    const { code, error } = await cluster('finish-upgrade');
    expect([code, error?.code]).toEqual([1, 'BAD_ARGUMENT']);
    expect(error?.message).toContain('old (0.0.9)');
    await membership.leave(incarnation);
    await membership.close();
    expect(await cluster('finish-upgrade')).toMatchObject({ code: 0 });
  });

  it('a shard is exported while it runs, given up, and filled from the export', async () => {
    const three = started.get('three');
    const backups = join(home, 'backups');
    mkdirSync(backups);
    const exportTo = (...more: readonly string[]) =>
      runJson('export', config, backups, '--shard', 's0', ...more);
    const full = await exportTo();
    expect(full).toMatchObject({ code: 0, shard: 's0' });
    expect(existsSync(String(full['file']))).toBe(true);
    const increment = await exportTo('--since');
    expect(increment['base']).toMatchObject({ commit: full['commit'] });

    const held = await cluster('lose', 's0', '--really');
    expect([held.code, held.error?.code]).toEqual([1, 'STORE_LOCKED']);
    const locked = await cluster('import', 's0', backups);
    expect([locked.code, locked.error?.code]).toEqual([1, 'STORE_LOCKED']);
    three?.process.kill('SIGTERM');
    await three?.ended;
    const filled = await cluster('import', 's0', backups);
    expect([filled.code, filled.error?.code]).toEqual([1, 'BAD_ARGUMENT']);
    expect(filled.error?.message).toMatch(/empty/);

    const lost = await cluster('lose', 's0', '--really');
    expect(lost.code).toBe(0);
    const imported = await cluster('import', 's0', backups);
    expect(imported).toMatchObject({ code: 0, shard: 's0', state: increment['state'] });
    const again = await runJson('export', config, join(home, 'again.cooperage'), '--shard', 's0');
    expect(again).toMatchObject({ code: 0, state: increment['state'] });

    await start('four');
    await runsAt('four');
    expect((await run('cluster', 'status', '-c', config)).text).toContain(
      `shard s0~${String(lost['incarnation'])} open, owner four`,
    );
  });
});
