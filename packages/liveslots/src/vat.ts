/** What vats import: exos and zones over the `VatData` of their compartment. */
import { makeExoMakers } from './zones/exos.js';
import type { VatData } from './vat-data.js';
import { makeZones } from './zones/zones.js';

const getVatData = (): VatData => (globalThis as unknown as { VatData: VatData }).VatData;

export const {
  defineVirtualExoClass,
  defineVirtualExoClassKit,
  defineDurableExoClass,
  defineDurableExoClassKit,
  prepareExo,
  prepareExoClass,
  prepareExoClassKit,
  provideKindHandle,
  provideDurableMapStore,
  provideDurableWeakMapStore,
  provideDurableSetStore,
  provideDurableWeakSetStore,
} = makeExoMakers(getVatData);
export const { makeVirtualZone, makeDurableZone } = makeZones(getVatData);
export { makeHeapZone, type Zone } from './zones/zones.js';
export { provide } from './zones/exos.js';
export type { ExoKitThis, ExoMethods, ExoOptions, ExoThis } from './zones/exos.js';
export type {
  Baggage,
  Cohort,
  DefineKindOptions,
  Instance,
  KindHandle,
  MapStore,
  PromiseWatcher,
  SetStore,
  VatData,
  WeakMapStore,
  WeakSetStore,
} from './vat-data.js';
