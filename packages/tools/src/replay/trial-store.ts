import { makeKernelStore } from '@cooperage/store';
import {
  CooperageError,
  type CrankTables,
  type KernelStore,
  type StoreBackend,
} from '@cooperage/types';

const refuse = (): never => {
  throw new CooperageError('KERNEL_PANIC', 'a trial can only read');
};

/** A store on top of another one, in which cranks can be tried: nothing is ever committed. */
export const makeTrialStore = ({ tables }: KernelStore): KernelStore => {
  const backend: StoreBackend = {
    epoch: 1,
    committed: 0,
    get: (key) => tables.get(key),
    has: (key) => tables.has(key),
    keys: (start, end) => tables.keys(start, end),
    commit: refuse,
    view: refuse,
    blobs: { put: refuse, has: refuse, get: refuse, delete: refuse, list: refuse },
    close: async () => undefined,
  };
  return makeKernelStore(backend);
};

/** Tables that remember what the last accepted crank wrote. */
export interface WatchedTables {
  readonly tables: CrankTables;
  readonly lastWrites: () => ReadonlyMap<string, string | null>;
}

export const watchTables = (tables: CrankTables): WatchedTables => {
  let last: ReadonlyMap<string, string | null> = new Map();
  return {
    tables: {
      ...tables,
      acceptCrank: () => {
        last = new Map(tables.crankWrites());
        tables.acceptCrank();
      },
    },
    lastWrites: () => last,
  };
};
