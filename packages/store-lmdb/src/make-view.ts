import { type BlobBackend, CooperageError, type StoreView } from '@cooperage/types';
import type { Environment } from './environment.js';
import { readMetaRows, type StoreMeta } from './meta-rows.js';
import { makeReadableRows } from './readable-rows.js';
import { makeRowDecoder } from './coding/row-decoder.js';

/**
 * One read transaction, for as long as the view is held. Pages that it shows are not used again until then: the
 * file grows by what is committed meanwhile.
 */
export const makeView = (
  { root, tables, meta }: Environment,
  directory: string,
  blobs: Pick<BlobBackend, 'get' | 'list'>,
  shut: () => Promise<void> = async () => undefined,
): StoreView => {
  // What was committed last is to be in it.
  root.resetReadTxn();
  const transaction = root.useReadTransaction();
  let found: StoreMeta;
  try {
    found = readMetaRows(directory, meta, { transaction });
  } catch (error) {
    transaction.done();
    throw error;
  }
  const decode = makeRowDecoder(directory, found.format);
  let released: Promise<void> | undefined;
  const insistHeld = (): void => {
    if (released !== undefined) throw new CooperageError('CLOSED', 'the view was released');
  };
  return {
    ...makeReadableRows({ tables, decode, insistOpen: insistHeld, transaction }),
    committed: found.committed,
    blobs,
    release: () => {
      if (released === undefined) {
        transaction.done();
        released = shut();
      }
      return released;
    },
  };
};
