import { rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  kernelStoreCompliance,
  type KernelStoreFixture,
  storeBackendCompliance,
  type StoreBackendFixture,
} from '@cooperage/compliance';
import { makeKernelStore } from '@cooperage/store';
import type { StoreBackend } from '@cooperage/types';
import { openPostgresBackend, type PostgresOptions } from '../../src/index.js';
import { makeTemporaryFolder } from './temporary-folder.js';

/** Each test has a shard of its own. */
let shards = 0;

/** Opens the store of one test, again and again. */
const makeOpener = (options: Omit<PostgresOptions, 'data'>) => {
  const shard = `s${(shards += 1)}`;
  const folder = makeTemporaryFolder();
  const opened: StoreBackend[] = [];
  let count = 0;
  const openAt = async (data: string): Promise<StoreBackend> => {
    const backend = await openPostgresBackend({ ...options, shard, data });
    opened.push(backend);
    return backend;
  };
  return {
    /** On the same machine, with the replica that is there. */
    open: () => openAt(folder),
    /** On another machine, which has none. */
    openElsewhere: () => openAt(join(folder, `machine-${(count += 1)}`)),
    closeAll: async () => {
      for (const backend of opened) await backend.close();
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
};

/** The suites of the store over a database. */
export const complianceOver = (options: Omit<PostgresOptions, 'data'>, modelRuns = 8): void => {
  const ends = new WeakMap<object, () => Promise<void>>();
  const teardown = async (fixture: StoreBackendFixture | KernelStoreFixture): Promise<void> =>
    ends.get(fixture)?.();

  storeBackendCompliance({
    setup: async () => {
      const { open, closeAll, remove } = makeOpener(options);
      const fixture = { backend: await open(), open };
      ends.set(fixture, async () => {
        await closeAll();
        remove();
      });
      return fixture;
    },
    teardown,
    supports: { durability: true, exclusiveLock: false, takeover: true },
  });

  kernelStoreCompliance({
    setup: async () => {
      const { open, openElsewhere, closeAll, remove } = makeOpener(options);
      const next = async (from: () => Promise<StoreBackend>) => makeKernelStore(await from());
      const fixture = {
        store: await next(open),
        // The former owner is not closed: it is paused, and its replica is not free.
        crash: () => next(openElsewhere),
        reopen: () => next(open),
      };
      ends.set(fixture, async () => {
        await closeAll();
        remove();
      });
      return fixture;
    },
    teardown,
    modelRuns,
  });
};
