import { type BlobBackend, CooperageError, type StoreView } from '@cooperage/types';
import type { Environment } from './environment.js';
import { makeReadableRows } from './readable-rows.js';

/**
 * One read transaction, for as long as the view is held. Pages that it shows are not used again until then: the
 * file grows by what is committed meanwhile.
 */
export const makeView = (
  { root, tables, meta }: Environment,
  blobs: Pick<BlobBackend, 'get' | 'list'>,
  shut: () => Promise<void> = async () => undefined,
): StoreView => {
  // What was committed last is to be in it.
  root.resetReadTxn();
  const transaction = root.useReadTransaction();
  let released: Promise<void> | undefined;
  const insistHeld = (): void => {
    if (released !== undefined) throw new CooperageError('CLOSED', 'the view was released');
  };
  return {
    ...makeReadableRows(tables, insistHeld, transaction),
    committed: Number(meta.get('end', { transaction })),
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
