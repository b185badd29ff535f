import { type BlobBackend, LIMITS } from '@cooperage/types';
import { describe, expect, it } from 'vitest';

const bytesOf = (length: number, seed: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (i * 31 + seed) & 0xff);

/** On both sides of the size at which an implementation may change its ways. */
const SIZES = [0, 1, 5_000, LIMITS.blobFileBytes - 1, LIMITS.blobFileBytes, 1_000_000];

/** SHA-512 of "abc", from the standard. */
const ABC =
  'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a' +
  '2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f';

export const blobCompliance = (
  blobs: () => BlobBackend,
  reopen: () => Promise<void>,
  durability: boolean,
): void => {
  describe('blobs', () => {
    it('are named by their SHA-512', async () => {
      expect(await blobs().put(new TextEncoder().encode('abc'))).toBe(ABC);
      expect(blobs().has(ABC)).toBe(true);
    });

    it('come back as they were, whatever their size', async () => {
      const hashes = await Promise.all(SIZES.map((size) => blobs().put(bytesOf(size, 1))));
      expect(new Set(hashes).size).toBe(SIZES.length);
      for (const [i, hash] of hashes.entries()) {
        expect(
          Buffer.from(blobs().get(hash) ?? [1, 2]).equals(bytesOf(SIZES[i] as number, 1)),
        ).toBe(true);
      }
      expect([...blobs().list()].sort()).toEqual([...hashes].sort());
    });

    it('are put once, however often and at the same time', async () => {
      for (const size of [100, LIMITS.blobFileBytes]) {
        const hashes = await Promise.all([1, 2, 3].map(() => blobs().put(bytesOf(size, 2))));
        hashes.push(await blobs().put(bytesOf(size, 2)));
        expect(new Set(hashes).size).toBe(1);
      }
      expect([...blobs().list()]).toHaveLength(2);
    });

    it('do not change with the bytes that were passed in or given out', async () => {
      for (const size of [100, LIMITS.blobFileBytes]) {
        const bytes = bytesOf(size, 3);
        const put = blobs().put(bytes);
        bytes.fill(0);
        const hash = await put;
        blobs().get(hash)?.fill(1);
        expect(Buffer.from(blobs().get(hash) ?? []).equals(bytesOf(size, 3))).toBe(true);
      }
    });

    it('are not there until put, nor after delete', async () => {
      for (const name of [ABC, '', '../store', 'x']) {
        expect(blobs().has(name)).toBe(false);
        expect(blobs().get(name)).toBeUndefined();
        await blobs().delete(name);
      }
      for (const size of [100, LIMITS.blobFileBytes]) {
        const hash = await blobs().put(bytesOf(size, 4));
        await blobs().delete(hash);
        await blobs().delete(hash);
        expect(blobs().has(hash)).toBe(false);
        expect(blobs().get(hash)).toBeUndefined();
      }
      expect([...blobs().list()]).toEqual([]);
    });

    it.runIf(durability)('outlive a close', async () => {
      const hashes = await Promise.all(SIZES.map((size) => blobs().put(bytesOf(size, 5))));
      await reopen();
      for (const [i, hash] of hashes.entries()) {
        expect(blobs().get(hash)).toHaveLength(SIZES[i] as number);
      }
    });
  });
};
