/** Threads that were taken over, on a real kernel: whatever they post, the kernel goes on and every run ends. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, afterAll, expect, it } from 'vitest';
import { type CooperageKernel, openKernel } from '../src/index.js';
import { fixture } from './helpers.js';

const source = fixture('lying-vat.js');

/** What the vat ends with where its worker lies each time. What else threads can post is in the tests of their hosts. */
const LIES: readonly (readonly [lie: string, reason: RegExp])[] = [
  ['recordUndefined', /malformed completion record: it must be text/],
  ['text', /lost 3 times .* other than a list of messages/],
  ['diverged', /lost 3 times .* which it was not replaying/],
  ['collateral', /lost 3 times .* may not report/],
  ['throwNull', /lost 3 times/],
];

let kernel: CooperageKernel;
let directory: string;
const ends = new Map<string, string>();

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'cooperage-lies-'));
  const vat = { source, liveslots: 'lying', crankTimeLimit: 60_000 };
  const names = ['other', 'diverged-once', ...LIES.map(([lie]) => `${lie}-always`)];
  kernel = await openKernel({
    threads: 2,
    log: () => undefined,
    config: { vats: Object.fromEntries(names.map((name) => [name, vat])) },
    liveslots: { lying: fixture('lying-liveslots.js') },
    on: {
      console: () => undefined,
      'vat-ended': ({ name, reason }) => ends.set(name, reason),
    },
  });
});
afterAll(async () => {
  await kernel.close();
  rmSync(directory, { recursive: true });
});

const fileOf = (name: string, lies: number): string => {
  const file = join(directory, name);
  writeFileSync(file, String(lies));
  return file;
};

it('a thread that lies each time ends its vat, and no other', async () => {
  const told = LIES.map(async ([lie, reason]) => {
    const name = `${lie}-always`;
    const lied = expect(kernel.send(name, 'lie', [lie, fileOf(name, 9)])).rejects.toThrow(reason);
    await expect(kernel.send(name, 'increment')).rejects.toThrow(/terminated/);
    await lied;
    expect(ends.get(name)).toMatch(reason);
  });
  for (let count = 1; count <= 20; count += 1) {
    expect(await kernel.send('other', 'increment')).toBe(count);
  }
  await Promise.all(told);
  expect((await kernel.run()).reason).toBe('idle');
  expect(ends.size).toBe(LIES.length);
  expect(kernel.quarantine.quarantined()).toEqual([]);
});

it('a vat whose thread lied once goes on in another one', async () => {
  const name = 'diverged-once';
  expect(await kernel.send(name, 'lie', ['diverged', fileOf(name, 1)])).toBe(1);
  expect(await kernel.send(name, 'increment')).toBe(2);
});
