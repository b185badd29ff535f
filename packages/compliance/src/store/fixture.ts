import {
  callback,
  type CommitGroup,
  flag,
  type KernelStore,
  optionsOf,
  type OptionTable,
  type StoreBackend,
  wholeNumber,
} from '@cooperage/types';

/** A backend under test, and how to come back to what it left behind. */
export interface StoreBackendFixture {
  /** New, empty and open. */
  readonly backend: StoreBackend;
  /** Opens what the latest handle left behind, whether that was closed or not. */
  open(): Promise<StoreBackend>;
}

export interface StoreBackendSuite {
  /** Makes the backend of one test. */
  setup(): Promise<StoreBackendFixture>;
  /** Removes it; every handle may still be open. */
  teardown?(fixture: StoreBackendFixture): Promise<void>;
  /** What an implementation may leave out. */
  readonly supports: {
    /** What was committed is there when the store is opened again. */
    readonly durability: boolean;
    /** A second open is refused while the first handle is open. */
    readonly exclusiveLock: boolean;
    /** A second open takes the store away from the first handle. */
    readonly takeover: boolean;
  };
}

const supports = {
  durability: { value: flag, required: true },
  exclusiveLock: { value: flag, required: true },
  takeover: { value: flag, required: true },
} as const;

export const BACKEND_SUITE = {
  setup: { value: callback, required: true },
  teardown: { value: callback },
  supports: { value: optionsOf(supports, 'an object of what it supports'), required: true },
} as const satisfies Record<keyof StoreBackendSuite, OptionTable[string]>;

/** A kernel store under test. */
export interface KernelStoreFixture {
  /** New, empty and open. */
  readonly store: KernelStore;
  /** Ends the store as a crash would, without a flush, and gives what the next process finds. */
  crash(): Promise<KernelStore>;
  /** Opens what a closed store left behind. */
  reopen(): Promise<KernelStore>;
}

export interface KernelStoreSuite {
  setup(): Promise<KernelStoreFixture>;
  /** Removes it; the newest store may still be open. */
  teardown?(fixture: KernelStoreFixture): Promise<void>;
  /** Runs of the random comparison with a model; 100 by default. */
  readonly modelRuns?: number;
}

export const KERNEL_STORE_SUITE = {
  setup: { value: callback, required: true },
  teardown: { value: callback },
  modelRuns: { value: wholeNumber(1, 1_000_000) },
} as const satisfies Record<keyof KernelStoreSuite, OptionTable[string]>;

/** The next group of `backend`. */
export const groupOf = (
  backend: StoreBackend,
  writes: Iterable<readonly [key: string, value: string | null]>,
): CommitGroup => ({
  epoch: backend.epoch,
  sequence: backend.committed + 1,
  writes: new Map(writes),
});
