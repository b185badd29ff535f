import { migrateRows } from '@cooperage/kernel';
import { makeKernelStore } from '@cooperage/store';
import {
  CooperageError,
  type KernelStore,
  type StoreBackend,
  type StoreView,
} from '@cooperage/types';

const refuse = (): never => {
  throw new CooperageError('STORE_FAILED', 'a view is read-only');
};

/** A view as what a store stands on, which closes it. Each write is refused. */
export const backendOn = (view: StoreView): StoreBackend => ({
  epoch: 1,
  committed: view.committed,
  get: (key) => view.get(key),
  has: (key) => view.has(key),
  keys: (start, end) => view.keys(start, end),
  commit: refuse,
  view: refuse,
  blobs: {
    ...view.blobs,
    has: (hash) => view.blobs.get(hash) !== undefined,
    put: refuse,
    delete: refuse,
  },
  close: () => view.release(),
});

/** The same view with present keys, where an earlier version wrote the rows. */
const withPresentKeys = (view: StoreView): StoreView => {
  const { tables } = makeKernelStore(backendOn(view));
  migrateRows(tables);
  return {
    committed: view.committed,
    get: (key) => tables.get(key),
    has: (key) => tables.has(key),
    keys: (start, end) => tables.keys(start, end),
    blobs: view.blobs,
    release: () => view.release(),
  };
};

/** {@link backendOn}, whose rows have their present keys. */
export const presentBackendOn = (view: StoreView): StoreBackend => backendOn(withPresentKeys(view));

/** A kernel's store for reading. Its rows have their present keys; what the view shows is unchanged. */
export const storeOn = (view: StoreView): KernelStore => makeKernelStore(presentBackendOn(view));
