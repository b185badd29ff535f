export type { StoreOptions } from './collections/store-options.js';
export { makeLiveSlots } from './make-liveslots.js';
export type { TestHooks } from './vat/test-hooks.js';
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
