import { rmSync } from 'node:fs';
import {
  kernelStoreCompliance,
  type KernelStoreFixture,
  storeBackendCompliance,
  type StoreBackendFixture,
} from '@cooperage/compliance';
import { makeKernelStore } from '@cooperage/store';
import type { StoreBackend } from '@cooperage/types';
import { openLmdbBackend } from '../src/index.js';
import { makeTemporaryFolder } from './helpers/temporary-folder.js';

/** Opens the store of one test, again and again. */
const makeOpener = () => {
  const folder = makeTemporaryFolder();
  let newest: StoreBackend | undefined;
  return {
    open: async () => (newest = await openLmdbBackend(folder)),
    closeNewest: () => newest?.close(),
    remove: async () => {
      await newest?.close();
      rmSync(folder, { recursive: true });
    },
  };
};

const removals = new WeakMap<object, () => Promise<void>>();
const teardown = async (fixture: StoreBackendFixture | KernelStoreFixture): Promise<void> =>
  removals.get(fixture)?.();

storeBackendCompliance({
  setup: async () => {
    const { open, remove } = makeOpener();
    const fixture = { backend: await open(), open };
    removals.set(fixture, remove);
    return fixture;
  },
  teardown,
  supports: { durability: true, exclusiveLock: true, takeover: false },
});

kernelStoreCompliance({
  setup: async () => {
    const { open, closeNewest, remove } = makeOpener();
    const next = async () => {
      // Closing the backend alone leaves behind what a crash leaves: durable groups and nothing else.
      await closeNewest();
      return makeKernelStore(await open());
    };
    const fixture = { store: await next(), crash: next, reopen: next };
    removals.set(fixture, remove);
    return fixture;
  },
  teardown,
  modelRuns: 60,
});
