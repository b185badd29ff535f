import { createHash } from 'node:crypto';
import type { BlobBackend, CooperageError } from '@cooperage/types';
import type { ShardBlobs } from '../log/shard-blobs.js';

/**
 * Fetches what the database has and the cache has not, and deletes what only the cache has.
 *
 * All of them, before a shard is opened: reads of blobs are synchronous, and what is there is asked for by its name as well
 * as listed.
 */
export const reconcileBlobs = async (cache: BlobBackend, remote: ShardBlobs): Promise<void> => {
  const listed = new Set((await remote.listAfter(0)).map(({ hash }) => hash));
  for (const hash of [...cache.list()]) if (!listed.has(hash)) await cache.delete(hash);
  for (const hash of listed) {
    if (cache.has(hash)) continue;
    const bytes = await remote.read(hash);
    if (bytes !== undefined) await cache.put(bytes);
  }
};

/** Fetches those that came after number `n`; gives the number of the last. */
export const followBlobs = async (
  cache: BlobBackend,
  remote: ShardBlobs,
  n: number,
): Promise<number> => {
  let last = n;
  for (const listed of await remote.listAfter(n)) {
    last = listed.n;
    if (cache.has(listed.hash)) continue;
    const bytes = await remote.read(listed.hash);
    if (bytes !== undefined) await cache.put(bytes);
  }
  return last;
};

const sha512 = (bytes: Uint8Array): string => createHash('sha512').update(bytes).digest('hex');

export interface OwnedBlobsPowers {
  readonly cache: BlobBackend;
  readonly remote: ShardBlobs;
  /** Throws where the store is closed. */
  readonly insistOpen: () => void;
  /** What another owner means for a write. */
  readonly epochLost: () => CooperageError;
}

/** Blobs of a shard that this process owns: written to the database first, read from the cache. */
export const makeOwnedBlobs = ({
  cache,
  remote,
  insistOpen,
  epochLost,
}: OwnedBlobsPowers): BlobBackend => ({
  put: async (bytes) => {
    insistOpen();
    // The caller may reuse its buffer as soon as it has the promise.
    const copy = Uint8Array.from(bytes);
    const hash = sha512(copy);
    if (cache.has(hash)) return hash;
    if (!(await remote.put(hash, copy))) throw epochLost();
    return cache.put(copy);
  },
  delete: async (hash) => {
    insistOpen();
    if (!cache.has(hash)) return;
    if (!(await remote.delete(hash))) throw epochLost();
    await cache.delete(hash);
  },
  has: (hash) => {
    insistOpen();
    return cache.has(hash);
  },
  get: (hash) => {
    insistOpen();
    return cache.get(hash);
  },
  list: () => {
    insistOpen();
    return cache.list();
  },
});
