/** Upgrades while everybody is at work: nothing is lost or done twice, on any number of threads, whenever it is killed. */
import { spawn } from 'node:child_process';
import { hashState } from '@cooperage/store';
import { checkTables } from '@cooperage/kernel';
import { expect, it } from 'vitest';
import { fixture, openForTest, temporaryDirectory } from './helpers.js';

const code = (name: string) => ({ source: fixture(`upgrade/${name}.js`) });
const bundles = { one: code('tally-1'), two: code('tally-2'), refusing: code('tally-refusing') };

it('under traffic every message is answered once, by the old code or by the new', async () => {
  const kernel = await openForTest({
    config: {
      vats: {
        tally: code('tally-1'),
        ann: code('upgrader-vat'),
        ben: code('upgrader-vat'),
        cid: code('upgrader-vat'),
      },
      bundles,
    },
  });
  const tally = kernel.root('tally');
  const talks = ['ann', 'ben', 'cid'].map((name) => kernel.send(name, 'talk', [tally, 200]));
  const direct: Promise<unknown>[] = [];
  for (let i = 1; i <= 6; i += 1) {
    const upgraded = kernel.upgradeVat('tally', { bundle: i % 2 === 1 ? 'two' : 'one' });
    for (let j = 0; j < 10; j += 1) direct.push(tally.send('add', [1]));
    if (i % 3 === 0) {
      const failing = { bundle: 'refusing', parameters: { how: 'throw' } };
      await expect(kernel.upgradeVat('tally', failing)).rejects.toThrow(/not today/);
    }
    expect(await upgraded).toEqual({ incarnationNumber: i });
  }
  expect(await Promise.all(talks)).toEqual([200, 200, 200]);
  expect((await Promise.all(direct)).length).toBe(60);
  expect(await kernel.send('tally', 'read')).toBe(660);
  await kernel.run();
  expect(checkTables(kernel.store.tables)).toEqual([]);
});

const play = async (threads: number): Promise<{ log: unknown; hash: string }> => {
  const config = { bootstrap: 'upgrader', vats: { upgrader: code('upgrader-vat') }, bundles };
  let end = (): void => undefined;
  const bootstrapped = new Promise<void>((resolve) => {
    end = resolve;
  });
  const kernel = await openForTest({ config, order: 'issue', threads, on: { bootstrapped: end } });
  // That bootstrap is over is an input of the host's, whose place is up to the disk: nothing else happens meanwhile.
  await kernel.run();
  await bootstrapped;
  await kernel.run();
  const log = await kernel.send('upgrader', 'play', [4, 4]);
  await kernel.run();
  expect(checkTables(kernel.store.tables)).toEqual([]);
  const hash = hashState(kernel.store.tables);
  await kernel.close();
  return { log, hash };
};

it('in issue order upgrades, those that fail too, are one history on any number of threads', async () => {
  const alone = await play(1);
  const said = alone.log as string[];
  expect(said.filter((line) => line.includes('not today')).length).toBeGreaterThan(2);
  expect(said.filter((line) => line.includes('vatUpgraded')).length).toBeGreaterThan(4);
  for (const threads of [2, 8]) expect(await play(threads)).toEqual(alone);
});

/**
 * @param killAfter milliseconds after it has told of its first upgrade
 * @returns the newest incarnation that it has told of
 */
const runKilled = (directory: string, killAfter: number): Promise<number> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [fixture('upgrade/killed.mjs'), directory, '100000'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let printed = '';
    let timer: NodeJS.Timeout | undefined;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      timer ??= setTimeout(() => child.kill('SIGKILL'), killAfter);
    });
    child.on('exit', (exit, signal) => {
      clearTimeout(timer);
      if (signal === 'SIGKILL') resolve(Number(printed.split('\n').at(-2)));
      else reject(new Error(`it ended with ${exit}`));
    });
  });

it('killed at any moment an upgrade has happened entirely or not at all', async () => {
  const directory = temporaryDirectory();
  const config = { vats: { tally: { bundle: 'one' } }, bundles };
  let known = 0;
  let count = 0;
  for (let i = 0; i < 6; i += 1) {
    known = Math.max(known, await runKilled(directory, 50 + i * 23));
    const kernel = await openForTest({ directory, config });
    const incarnation = () => Number(kernel.store.tables.get('v1.incarnation') ?? 0);
    // What was told is not taken back.
    expect(incarnation()).toBeGreaterThanOrEqual(known);
    expect(checkTables(kernel.store.tables)).toEqual([]);
    await kernel.run();
    expect(await kernel.send('tally', 'version')).toBe(1 + (incarnation() % 2));
    const now = (await kernel.send('tally', 'read')) as number;
    expect(now).toBeGreaterThanOrEqual(count);
    count = now;
    expect(checkTables(kernel.store.tables)).toEqual([]);
    await kernel.close();
  }
  expect(known).toBeGreaterThan(0);
});
