/** A vat in quarantine or suspended keeps callers waiting, says so, and can be upgraded. */
import { checkTables } from '@cooperage/kernel';
import { cp, rm } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type KernelConfig, type KernelEvents, openKernel } from '../src/index.js';
import { cooperage, projectWith } from './cli/processes.js';
import { fixture, openForTest, temporaryDirectory } from './helpers.js';
import { rewriteTranscript } from './rewrite-transcript.js';

const code = (name: string) => ({ source: fixture(`upgrade/${name}.js`) });
const config = { vats: { tally: code('tally-1') }, bundles: { two: code('tally-2') } };
const suspending = {
  vats: {
    tally: {
      ...code('tally-1'),
      engine: 'quickjs' as const,
      computronLimit: 400_000_000,
      whenExhausted: 'suspend' as const,
    },
  },
  bundles: config.bundles,
};

const open = async (directory: string | undefined, more: KernelConfig = config) => {
  const told: (readonly [name: string, event: unknown])[] = [];
  const log: string[] = [];
  const listen =
    <Name extends keyof KernelEvents>(name: Name) =>
    (event: KernelEvents[Name]) =>
      told.push([name, event]);
  const kernel = await openForTest({
    ...(directory !== undefined && { directory }),
    config: more,
    log: (level, message) => log.push(`${level}: ${message}`),
    on: {
      // Kernels for tests have another time limit than the one that was made here.
      'config-changed': () => undefined,
      'vat-quarantined': listen('vat-quarantined'),
      'vat-suspended': listen('vat-suspended'),
      'delivery-waits': listen('delivery-waits'),
      'vat-upgraded': listen('vat-upgraded'),
    },
  });
  return { kernel, told, log };
};

describe('a vat in quarantine', () => {
  let made: string;
  let directory: string;

  beforeAll(async () => {
    made = `${temporaryDirectory()}-made`;
    const kernel = await openKernel({ directory: made, config, threads: 1 });
    await kernel.send('tally', 'add', [5]);
    await kernel.send('tally', 'holdSpare');
    await kernel.close();
    await rewriteTranscript(made, 'v1', (text) => text.replaceAll('#5"', '#6"'));
  });

  afterAll(() => rm(made, { recursive: true, force: true }));

  beforeEach(async () => {
    directory = temporaryDirectory();
    await cp(made, directory, { recursive: true });
  });

  it('says at once that callers wait, and why: event, log, outcome of the run, next start', async () => {
    const { kernel, told, log } = await open(directory);
    kernel.send('tally', 'add', [2]).catch(() => undefined);
    const { reason, paused } = await kernel.run();
    const [{ n } = { n: 0 }] = kernel.quarantine.quarantined();
    expect(n).toBeGreaterThan(1);
    const waits = { vatID: 'v1', name: 'tally', state: 'quarantined', n, waiting: 1 };
    expect([reason, paused]).toEqual(['idle', [waits]]);
    expect(told).toMatchObject([['vat-quarantined', { vatID: 'v1', n }]]);
    const line = expect.stringMatching(
      /^warn: vat "tally" \(v1\) is quarantined: its replay diverged at delivery \d+.*1 delivery waits for it.*cooperage upgrade v1/,
    ) as string;
    expect(log).toEqual([line]);

    kernel.send('tally', 'add', [3]).catch(() => undefined);
    await kernel.run();
    expect(told.slice(1)).toEqual([['delivery-waits', { ...waits, waiting: 2 }]]);
    // One line for each vat that is paused, however many messages wait.
    expect(log).toEqual([line]);
    await kernel.close();

    const next = await open(directory);
    expect(next.told).toEqual([['delivery-waits', { ...waits, waiting: 2 }]]);
    expect(next.log).toEqual([expect.stringContaining('2 deliveries wait for it')]);
  });

  it('keeps callers waiting no longer than `rejectPausedAfter` says, and goes on without them', async () => {
    const { kernel } = await open(directory, { ...config, rejectPausedAfter: 300 });
    const calls = [kernel.send('tally', 'add', [2])];
    while (kernel.quarantine.quarantined().length === 0) await kernel.run();
    calls.push(kernel.send('tally', 'add', [3]));
    for (const call of calls) {
      await expect(call).rejects.toMatchObject({
        code: 'VAT_PAUSED',
        vat: 'tally',
        vatID: 'v1',
        reasonCode: 'REPLAY_DIVERGED',
        errorId: expect.stringMatching(/^error:kernel#kp/) as string,
      });
    }
    expect(kernel.quarantine.quarantined()).toHaveLength(1);
    // The first message was out: an upgrade hands it to the new code. The second was not.
    await kernel.upgradeVat('tally', { bundle: 'two' });
    expect(await kernel.send('tally', 'add', [0])).toBe(7);
    await kernel.run();
    expect(checkTables(kernel.store.tables)).toEqual([]);
  });

  it('is upgraded: durable data stays, what waits is answered, and what is left over is told', async () => {
    const { kernel, told } = await open(directory);
    const waiting = kernel.send('tally', 'add', [2]);
    await kernel.run();
    expect(kernel.quarantine.quarantined()).toHaveLength(1);
    const later = kernel.send('tally', 'add', [3]);
    const { incarnationNumber, uncollected } = await kernel.upgradeVat('tally', { bundle: 'two' });
    expect([incarnationNumber, uncollected?.objects]).toEqual([1, 1]);
    expect(uncollected?.deliveries).toBeGreaterThan(1);
    expect([await waiting, await later]).toEqual([7, 10]);
    expect(await kernel.send('tally', 'version')).toBe(2);
    expect((await kernel.run()).paused).toEqual([]);
    expect(kernel.quarantine.quarantined()).toEqual([]);
    expect(told.at(-1)).toEqual([
      'vat-upgraded',
      {
        vatID: 'v1',
        name: 'tally',
        incarnation: 1,
        withoutHeap: {
          state: 'quarantined',
          uncollected: { deliveries: uncollected?.deliveries, references: 0 },
        },
      },
    ]);
    expect(checkTables(kernel.store.tables)).toEqual([]);
    await kernel.close();

    const next = await open(directory);
    expect(await next.kernel.send('tally', 'read')).toBe(10);
    expect([next.told, next.log]).toEqual([[], []]);
  });

  it('on the command line: run says so and fails, upgrade gives it new code', async () => {
    const project = await projectWith({ ...config, directory });
    const { kernel } = await open(directory);
    kernel.send('tally', 'add', [2]).catch(() => undefined);
    await kernel.run();
    await kernel.close();
    const ran = await cooperage(['run', '--json'], project);
    expect([ran.code, ran.stderr]).toEqual([1, expect.stringContaining('1 delivery waits for it')]);
    expect(JSON.parse(ran.stdout)).toMatchObject({
      outcome: 'quiescent',
      paused: [{ vatID: 'v1', name: 'tally', state: 'quarantined', waiting: 1 }],
    });
    const upgraded = await cooperage(['upgrade', 'tally', '-b', code('tally-2').source], project);
    expect([upgraded.code, upgraded.stdout]).toEqual([
      0,
      expect.stringMatching(
        /^v1 +tally +upgraded +incarnation 1, without its old heap: 1 durable object without references/m,
      ),
    ]);
    const again = await cooperage(['run'], project);
    expect([again.code, again.stdout]).toEqual([
      0,
      expect.stringContaining('nothing is left to do, and everything is durable'),
    ]);
  });
});

it('a suspended vat says that callers wait, and is upgraded without its heap', async () => {
  const { kernel, told, log } = await open(undefined, suspending);
  expect(await kernel.send('tally', 'add', [5])).toBe(5);
  const waiting = kernel.send('tally', 'loopInVersion1');
  const { paused } = await kernel.run();
  expect(paused).toMatchObject([{ vatID: 'v1', state: 'suspended', waiting: 1 }]);
  expect(log).toEqual([expect.stringMatching(/^warn: vat "tally" \(v1\) is suspended: crank /)]);
  const later = kernel.send('tally', 'add', [1]);
  await kernel.run();
  expect(told.map(([name]) => name)).toEqual(['vat-suspended', 'delivery-waits']);
  const { uncollected } = await kernel.upgradeVat('tally', { bundle: 'two' });
  expect(uncollected?.objects).toBe(0);
  expect([await waiting, await later]).toEqual([2, 6]);
  expect(kernel.suspension.suspended()).toEqual([]);
});
