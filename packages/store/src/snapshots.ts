import {
  type BlobBackend,
  CooperageError,
  type DeliveryNumber,
  messageOf,
  type SnapshotRow,
  type Snapshots,
  type Tables,
} from '@cooperage/types';
import { imageKey, imagePrefix, keysWith, snapshotKey, snapshotPrefix } from './row-keys.js';

const formatRow = ({ hash, engine }: SnapshotRow): string => JSON.stringify({ hash, engine });

const parseRow = (key: string, text: string): SnapshotRow => {
  try {
    const { hash, engine } = JSON.parse(text) as { hash?: unknown; engine?: unknown };
    if (typeof hash === 'string' && typeof engine === 'string') {
      return { n: Number(key.slice(key.lastIndexOf('.') + 1)) as DeliveryNumber, hash, engine };
    }
  } catch (cause) {
    throw new CooperageError('STORE_CORRUPT', `the row ${key} is damaged: ${messageOf(cause)}`, {
      cause,
    });
  }
  throw new CooperageError('STORE_CORRUPT', `the row ${key} is damaged`);
};

/** Snapshots: a row each in the tables, which names an image among the blobs. */
export const makeSnapshots = (tables: Tables, blobs: BlobBackend): Snapshots => {
  const list: Snapshots['list'] = function* (vatID) {
    for (const key of keysWith(tables, snapshotPrefix(vatID))) {
      const text = tables.get(key);
      if (text !== undefined) yield parseRow(key, text);
    }
  };

  return {
    list,
    putImage: (bytes) => blobs.put(bytes),
    hasImage: (hash) => blobs.has(hash),
    loadImage: (hash) => {
      const bytes = blobs.get(hash);
      if (bytes !== undefined) return bytes;
      throw new CooperageError('STORE_CORRUPT', `the heap image ${hash} is missing`);
    },
    deleteImage: (hash) => blobs.delete(hash),
    addImage: ([hash, base]) => tables.set(imageKey(hash), base ?? '-'),
    forgetImage: (hash) => tables.delete(imageKey(hash)),
    *images() {
      for (const key of keysWith(tables, imagePrefix)) {
        const base = tables.get(key);
        yield [key.slice(imagePrefix.length), base === '-' ? undefined : base];
      }
    },
    delete: (vatID, n) => tables.delete(snapshotKey(vatID, n)),
    record: (vatID, row) => {
      // A row that names nothing would be found only when the vat is needed.
      if (!blobs.has(row.hash)) {
        throw new CooperageError(
          'BAD_ARGUMENT',
          `the image ${row.hash} must be among the blobs before a row of ${vatID} names it`,
        );
      }
      tables.set(snapshotKey(vatID, row.n), formatRow(row));
    },
    newest: (vatID) => {
      let newest: SnapshotRow | undefined;
      for (const row of list(vatID)) newest = row;
      return newest;
    },
    deleteAll: (vatID) => {
      for (const key of keysWith(tables, snapshotPrefix(vatID))) tables.delete(key);
    },
  };
};
