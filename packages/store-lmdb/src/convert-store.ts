import { CooperageError } from '@cooperage/types';
import { readUnsealed } from './coding/unsealed-rows.js';
import { sealRow } from './coding/sealed-rows.js';
import { type Environment, openEnvironment } from './environment.js';
import type { StoreMeta } from './meta-rows.js';
import { makeNewStore } from './new-store.js';
import { transact } from './transaction.js';

/** Bytes and rows that are copied in one transaction, about. */
const BATCH_SIZE = 8_000_000;
const BATCH_ROWS = 20_000;

/** Writes what an iteration gives, in transactions of a bounded size. */
const copyRows = async <Row>(
  { root }: Environment,
  rows: Iterator<Row>,
  put: (row: Row) => number,
): Promise<void> => {
  for (let isDone = false; !isDone;) {
    await transact(root, () => {
      let size = 0;
      for (let count = 0; count < BATCH_ROWS && size < BATCH_SIZE; count += 1) {
        const next = rows.next();
        if (next.done === true) {
          isDone = true;
          return;
        }
        size += put(next.value);
      }
    });
  }
};

/** Puts all that is in a store of a former format into a new one. */
const copyStore = async (dataFile: string, made: Environment): Promise<void> => {
  const old = await openEnvironment(dataFile, 'read-only');
  if (old === undefined) {
    throw new CooperageError('STORE_CORRUPT', `${dataFile} is a database of another program`);
  }
  try {
    await copyRows(
      made,
      old.tables.getRange({ start: '' })[Symbol.iterator](),
      ({ key, value }) => {
        const plain = readUnsealed(value);
        void made.tables.put(key, sealRow(key, plain));
        return key.length + plain.length;
      },
    );
    await copyRows(made, old.blobs.getRange({})[Symbol.iterator](), ({ key, value }) => {
      // What the iteration gave is good until its next step only.
      void made.blobs.put(key, Uint8Array.from(value));
      return value.length;
    });
  } finally {
    await old.root.close();
  }
};

/**
 * Rewrites a store of a former format in the present one, beside its place, and then puts it there: if the
 * process ends meanwhile, or the disk is full, the old one is still there.
 *
 * @param dataFile which was looked through: a row that is damaged would be sealed as it is
 */
export const convertStore = (dataFile: string, { committed, epoch }: StoreMeta): Promise<void> =>
  makeNewStore(dataFile, { committed, epoch, fill: (made) => copyStore(dataFile, made) });
