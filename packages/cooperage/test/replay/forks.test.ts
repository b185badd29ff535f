/** Kernels with zygotes, forks, images and vats that leave memory run again from their records, too. */
import { hashState, makeKernelStore } from '@cooperage/store';
import { openLmdbBackend } from '@cooperage/store-lmdb';
import { expect, test } from 'vitest';
import { fixture, openForTest, temporaryDirectory } from '../helpers.js';
import { replayTwice } from './replay-twice.js';

const config = {
  bootstrap: 'forker',
  vats: { forker: { source: fixture('forker-vat.js') } },
  bundles: { forked: { source: fixture('forked-vat.js') } },
};

/** Images depend on the time, and are no part of the history. */
const hashOf = async (directory: string): Promise<string> => {
  const store = makeKernelStore(await openLmdbBackend(directory));
  try {
    return hashState(store.tables, ['v']);
  } finally {
    await store.close();
  }
};

test.each([
  ['quickjs', 'issue'],
  ['quickjs', 'arrival'],
  ['v8', 'issue'],
] as const)('on %s, in %s order', async (engine, order) => {
  const directory = temporaryDirectory();
  const open = () =>
    openForTest({
      config: { ...config, engine },
      directory,
      order,
      history: true,
      snapshotInterval: 3,
      maxVatsOnline: 3,
    });
  let kernel = await open();
  const does = (method: string, ...args: unknown[]) => kernel.send('forker', method, args);
  await does('create', 'zygote', 'forked', { zygote: true });
  await does('ask', 'zygote', 'add', 'before');
  for (const name of ['ann', 'ben', 'cid', 'dan']) await does('fork', 'zygote', name);
  for (const name of ['ann', 'ben', 'cid', 'dan', 'ann']) await does('ask', name, 'add', name);
  await does('fork', 'ann', 'ann again');
  await does('administer', 'ben', 'terminateWithFailure', 'enough');
  await does('administer', 'ann', 'takeOffline');
  await kernel.run();
  // From the images, where there are any, and the transcripts since.
  await kernel.close();
  kernel = await open();
  expect(await does('ask', 'ann', 'heap')).toEqual(['before', 'ann', 'ann']);
  expect(await does('ask', 'ann again', 'heap')).toEqual(['before', 'ann', 'ann']);
  await does('fork', 'cid', 'cid again');
  expect(await does('ask', 'cid again', 'heap')).toEqual(['before', 'cid']);
  await kernel.run();
  await kernel.close();
  for (const { into, to } of await replayTwice(directory)) {
    expect(to).toBeGreaterThan(40);
    expect(await hashOf(into)).toBe(await hashOf(directory));
  }
});
