export type { StoreOptions } from './collections.js';
export { makeLiveSlots } from './make-liveslots.js';
export type { TestHooks } from './test-hooks.js';
export type {
  Baggage,
  Cohort,
  DefineKindOptions,
  FacetsContext,
  Instance,
  KindHandle,
  MapStore,
  PromiseWatcher,
  SelfContext,
  SetStore,
  VatData,
  WeakMapStore,
  WeakSetStore,
} from './vat-data.js';
