/** Memory that vats may use: each by itself, and those together that pay together. */
import { expect, it } from 'vitest';
import type { CooperageKernel } from '../src/index.js';
import { fixture, openForTest, temporaryDirectory } from './helpers.js';

const MEGABYTE = 1024 * 1024;
const source = fixture('hungry-vat.js');

const open = async (directory?: string) => {
  const ended: string[] = [];
  const kernel = await openForTest({
    ...(directory !== undefined && { directory }),
    config: {
      bootstrap: 'forker',
      engine: 'quickjs',
      vats: {
        // Itself, and two that it makes: a vat without a limit counts for 64 megabytes.
        forker: { source: fixture('forker-vat.js'), memoryQuota: 3 * 64 * MEGABYTE },
        limited: { source, memoryLimit: 32 * MEGABYTE },
        other: { source },
      },
      bundles: { hungry: { source } },
    },
    on: { 'vat-ended': ({ name, reason }) => ended.push(`${name}: ${reason}`) },
  });
  return { kernel, ended };
};
const create = (kernel: CooperageKernel, name: string, options = {}) =>
  kernel.send('forker', 'create', [name, 'hungry', options]);

it('a vat that eats more than its memoryLimit ends with that reason, and no other', async () => {
  const { kernel, ended } = await open();
  expect(await kernel.send('limited', 'eat', [4])).toBe(4);
  await expect(kernel.send('limited', 'eat', [64])).rejects.toThrow(/vat limited terminated/);
  expect(ended).toEqual([expect.stringMatching(/^limited: WORKER_OUT_OF_MEMORY/)]);
  // Beyond what the other was allowed: it has no limit.
  expect(await kernel.send('other', 'eat', [64])).toBe(64);
});

it('a memoryQuota bounds what vats may be together, forks included, and is free again with each that ends', async () => {
  const directory = temporaryDirectory();
  const { kernel, ended } = await open(directory);
  await create(kernel, 'ann');
  await kernel.send('forker', 'fork', ['ann', 'ben']);
  const full =
    /QUOTA_EXCEEDED: the memoryLimit of 67108864 bytes and the 201326592 bytes of the account's other vats exceed/;
  await expect(create(kernel, 'cem')).rejects.toThrow(full);
  await expect(kernel.send('forker', 'fork', ['ann', 'cem'])).rejects.toThrow(full);
  // A vat of the host's does not pay with them.
  await kernel.createVat('free', { bundle: 'hungry' });

  // What is bounded together is bounded each: nobody said how large ann may be.
  await expect(kernel.send('forker', 'ask', ['ann', 'eat', 80])).rejects.toThrow(/ann terminated/);
  expect(ended).toEqual([expect.stringMatching(/^ann: WORKER_OUT_OF_MEMORY/)]);
  expect(await kernel.send('forker', 'ask', ['ben', 'eat', 8])).toBe(8);
  await create(kernel, 'cem', { memoryLimit: 48 * MEGABYTE });
  await kernel.close();

  // It is counted in the tables.
  const { kernel: again } = await open(directory);
  await expect(create(again, 'dan', { memoryLimit: 17 * MEGABYTE })).rejects.toThrow(
    /QUOTA_EXCEEDED: the memoryLimit of 17825792 bytes/,
  );
  await create(again, 'dan', { memoryLimit: 16 * MEGABYTE });
  expect(await again.send('forker', 'ask', ['dan', 'eat', 2])).toBe(2);
});

it('a vat may be told of a quota of its own, within that of its maker', async () => {
  const { kernel } = await open();
  await expect(
    create(kernel, 'ann', { memoryLimit: 9 * MEGABYTE, memoryQuota: 8 * MEGABYTE }),
  ).rejects.toThrow(/memoryLimit of 9437184 bytes is more than the memoryQuota of 8388608/);
  await expect(
    create(kernel, 'ann', { memoryLimit: 129 * MEGABYTE, memoryQuota: 999 * MEGABYTE }),
  ).rejects.toThrow(/exceed its memoryQuota of 201326592/);
});
