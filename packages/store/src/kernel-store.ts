import {
  CooperageError,
  type KernelStore,
  type ReadableTables,
  type StoreBackend,
} from '@cooperage/types';
import { makeBundles } from './bundles.js';
import { makeGroupCommit, type GroupCommit } from './group-commit.js';
import { makeLayeredTables } from './layered-tables.js';
import { makeSnapshots } from './snapshots.js';
import { makeTranscripts } from './transcripts.js';

/**
 * What the kernel stands on, over any backend. Everything but `flush`, `close`
 * and `bundles.put` is synchronous and touches the disk for reading at most.
 *
 * What a backend must keep is in the README of this package and with `StoreBackend` in `@cooperage/types`.
 *
 * @param backend what is durable; the store is its only writer and closes it
 */
export const makeKernelStore = (backend: StoreBackend): KernelStore => {
  // The two know each other by three calls: what is accepted is noted, what is closed is refused,
  // what is committed leaves the layers.
  const tables = makeLayeredTables(
    backend,
    () => groups.insistOpen(),
    () => groups.crankAccepted(),
  );
  const groups: GroupCommit = makeGroupCommit(backend, tables);
  let closing: Promise<void> | undefined;

  const close = async (discard: boolean): Promise<void> => {
    try {
      await groups.finish(discard);
    } finally {
      tables.replaceBy(CLOSED_TABLES);
      await backend.close();
    }
  };

  return {
    tables,
    transcripts: makeTranscripts(tables),
    snapshots: makeSnapshots(tables, backend.blobs),
    bundles: makeBundles(backend.blobs),
    get filling() {
      return groups.filling;
    },
    get durable() {
      return groups.durable;
    },
    get pendingWrites() {
      return tables.pendingWrites;
    },
    flush: () => groups.flush(),
    view: () => backend.view(),
    onLost: (listener) => backend.onLost?.(listener),
    close: ({ discard = false } = {}) => (closing ??= close(discard)),
  };
};

const refuse = (): never => {
  throw new CooperageError('CLOSED', 'the store is closed');
};

const CLOSED_TABLES: ReadableTables = { get: refuse, has: refuse, keys: refuse };
