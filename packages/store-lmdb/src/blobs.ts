import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type BlobBackend, codeOf, CooperageError, LIMITS } from '@cooperage/types';
import type { Database } from 'lmdb';
import { blobFolder } from './files/blob-folder.js';
import { writeError } from './files/store-error.js';
import { provideFolder, syncFolder, writeFileAtomically } from './files/durable-files.js';
import type { RowWriter } from './row-writer.js';

/** Names of blobs; everything else in the folder is not ours. */
const HASH = /^[0-9a-f]{128}$/;

const sha512 = (bytes: Uint8Array): string => createHash('sha512').update(bytes).digest('hex');

/** What a crash left half written. */
export const removeUnfinishedBlobs = async (directory: string): Promise<void> => {
  const folder = blobFolder(directory);
  await provideFolder(folder);
  for (const name of await readdir(folder)) {
    if (name.endsWith('.tmp')) await rm(join(folder, name), { force: true });
  }
};

/**
 * Blobs: small ones as rows, large ones as files named by their hash, which
 * the database would otherwise copy about and keep in the cache of its pages.
 *
 * @param directory  of the store
 * @param rows       the database of small blobs
 * @param writer     of that database
 * @param insistOpen throws where the store is closed
 */
export const makeLmdbBlobs = (
  directory: string,
  rows: Database<Uint8Array, string>,
  writer: RowWriter,
  insistOpen: () => void,
): BlobBackend => {
  const folder = blobFolder(directory);
  const fileOf = (hash: string): string => join(folder, hash);
  /** Puts under way, so that two of the same bytes do not write over one another. */
  const underWay = new Map<string, Promise<void>>();

  const has = (hash: string): boolean => {
    insistOpen();
    return HASH.test(hash) && (rows.doesExist(hash) || existsSync(fileOf(hash)));
  };

  const write = async (hash: string, bytes: Uint8Array): Promise<void> => {
    const what = `writing a blob of ${bytes.length} bytes`;
    if (bytes.length < LIMITS.blobFileBytes) {
      await writer.write(what, () => {
        void rows.put(hash, bytes);
        return bytes.length;
      });
      return;
    }
    writer.insistSound();
    try {
      await writeFileAtomically(fileOf(hash), bytes);
    } catch (cause) {
      throw writeError(directory, what, bytes.length, cause);
    }
  };

  const read = (hash: string): Uint8Array | undefined => {
    const row = rows.get(hash);
    if (row !== undefined) return row;
    try {
      return readFileSync(fileOf(hash));
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw error;
    }
  };

  return {
    has,
    put: async (bytes) => {
      insistOpen();
      const hash = sha512(bytes);
      if (underWay.has(hash)) {
        await underWay.get(hash);
      } else if (!has(hash)) {
        // The caller may reuse its buffer as soon as it has the promise.
        const writing = write(hash, Uint8Array.from(bytes));
        underWay.set(hash, writing);
        try {
          await writing;
        } finally {
          underWay.delete(hash);
        }
      }
      return hash;
    },
    get: (hash) => {
      insistOpen();
      if (!HASH.test(hash)) return undefined;
      const bytes = read(hash);
      if (bytes !== undefined && sha512(bytes) !== hash) {
        throw new CooperageError(
          'STORE_CORRUPT',
          `the blob ${hash} in ${directory} is damaged: its bytes do not have its hash; restore it from a backup`,
        );
      }
      return bytes;
    },
    delete: async (hash) => {
      insistOpen();
      if (!HASH.test(hash)) return;
      if (rows.doesExist(hash)) {
        await writer.write('deleting a blob', () => {
          void rows.remove(hash);
          return 0;
        });
      }
      if (existsSync(fileOf(hash))) {
        await rm(fileOf(hash), { force: true });
        await syncFolder(folder);
      }
    },
    *list() {
      insistOpen();
      yield* Array.from(rows.getKeys({}));
      yield* readdirSync(folder).filter((name) => HASH.test(name));
    },
  };
};
