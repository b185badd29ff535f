/** Vats whose instructions are counted: one history on any number of threads, over restarts, in any process. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { replayKernel } from '../src/index.js';
import { fixture, temporaryDirectory } from './helpers.js';
import { live as liveOnBoth } from './lives.js';

interface Life {
  /** The hash of all rows but those of images; computrons are in it. */
  readonly state: string;
  readonly used: readonly ({ computrons: number } | null)[];
  /** Cranks that a vat ran again when it came back. */
  readonly most: number;
}

/** @param restart whether there is one in the middle, and whether images are kept then */
const live = async (threads: number, seed: number, restart = 'no'): Promise<Life> => {
  const args = [
    fixture('quickjs-life.mjs'),
    temporaryDirectory(),
    `${threads}`,
    `${seed}`,
    restart,
  ];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout) as Life;
};

it('1, 2 and 8 threads end in one state, in processes of their own', async () => {
  const alone = await live(1, 1);
  expect(alone.used.length).toBeGreaterThan(10);
  for (const usage of alone.used) expect(usage?.computrons).toBeGreaterThan(1_000);
  for (const threads of [2, 8]) expect(await live(threads, 1)).toEqual(alone);
});

it('a restart changes nothing, whether vats come from images or from their transcripts', async () => {
  const { most: _, ...alone } = await live(2, 2);
  const kept = await live(2, 2, 'kept');
  const lost = await live(2, 2, 'lost');
  expect(kept).toMatchObject(alone);
  expect(lost).toMatchObject(alone);
  expect(lost.most).toBeGreaterThan(kept.most);
});

it('vats of both engines end in one state, whoever is in memory and whenever heaps are copied', async () => {
  const engines = { ann: 'quickjs', ben: 'quickjs' } as const;
  const { directory, ...alone } = await liveOnBoth(4, { threads: 1, window: 8 }, engines);
  expect(alone.vats).toBeGreaterThan(4);
  expect(alone.retired.length).toBeGreaterThan(100);
  for (const options of [
    { threads: 2, snapshotInterval: 3, maxVatsOnline: 1 },
    { threads: 3, snapshotInterval: 10, maxVatsOnline: 2 },
    { threads: 8, snapshotInterval: 1 },
  ]) {
    const { directory: _, ...other } = await liveOnBoth(4, { window: 8, ...options }, engines);
    expect(other).toEqual(alone);
  }
  const { from, difference } = await replayKernel({ directory, threads: 2 });
  expect([from, difference]).toEqual([1, undefined]);
});
