/** Vats whose instructions are counted: one history on any number of threads, over restarts, in any process. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { fixture, temporaryDirectory } from './helpers.js';

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
