/**
 * Zones: one way to write a vat's objects, three places to keep them. Code that
 * is given a zone does not know whether its objects live in memory, on disk
 * until the vat is upgraded, or on disk for good.
 */
import { makeError, q, X } from '@endo/errors';
import { defineExoClass, defineExoClassKit, makeExo } from '@endo/exo';
import harden from '@endo/harden';
import type { InterfaceGuard } from '@endo/patterns';
import type { StoreOptions } from '../collections/store-options.js';
import {
  makeExoMakers,
  provideAs,
  type ExoFacets,
  type ExoKitThis,
  type ExoMethods,
  type ExoOptions,
  type ExoThis,
} from './exos.js';
import {
  makeHeapMapStore,
  makeHeapSetStore,
  makeHeapWeakMapStore,
  makeHeapWeakSetStore,
} from './heap-stores.js';
import type {
  Baggage,
  MapStore,
  SetStore,
  VatData,
  WeakMapStore,
  WeakSetStore,
} from '../vat-data.js';

type Guard = InterfaceGuard | undefined;
type GuardKit = Readonly<Record<string, InterfaceGuard>> | undefined;

/** Each label may be used once in a zone in each incarnation. */
export interface Zone {
  readonly exo: <M extends ExoMethods>(
    label: string,
    guard: Guard,
    methods: M & ThisType<ExoThis<object, M>>,
  ) => M;
  readonly exoClass: <A extends unknown[], S extends object, M extends ExoMethods>(
    label: string,
    guard: Guard,
    init: (...args: A) => S,
    methods: M & ThisType<ExoThis<S, M>>,
    options?: ExoOptions<ExoThis<S, M>>,
  ) => (...args: A) => M;
  readonly exoClassKit: <A extends unknown[], S extends object, F extends ExoFacets>(
    label: string,
    guards: GuardKit,
    init: (...args: A) => S,
    facets: F & ThisType<ExoKitThis<S, F>>,
    options?: ExoOptions<ExoKitThis<S, F>>,
  ) => (...args: A) => F;
  readonly mapStore: <K, V>(label: string, options?: StoreOptions) => MapStore<K, V>;
  readonly weakMapStore: <K, V>(label: string, options?: StoreOptions) => WeakMapStore<K, V>;
  readonly setStore: <K>(label: string, options?: StoreOptions) => SetStore<K>;
  readonly weakSetStore: <K>(label: string, options?: StoreOptions) => WeakSetStore<K>;
  /** Made by the first incarnation that asks, found by the others. */
  readonly makeOnce: <V>(label: string, make: (label: string) => V) => V;
  /** A zone within this one, with labels of its own. */
  readonly subZone: (label: string) => Zone;
  /** True if the zone's objects and collections can hold `specimen`. */
  readonly isStorable: (specimen: unknown) => boolean;
}

/** What zones differ in. */
type Place = Omit<Zone, 'subZone'> & { makeSubPlace(label: string): Place };

const makeZone = (place: Place): Zone => {
  const used = new Set<string>();
  const once = <F extends (label: string, ...args: never[]) => unknown>(use: F): F =>
    ((label: string, ...args: never[]) => {
      if (used.has(label)) throw makeError(X`the label ${q(label)} is in use in this zone`);
      used.add(label);
      return use(label, ...args);
    }) as F;
  return harden({
    exo: once(place.exo),
    exoClass: once(place.exoClass),
    exoClassKit: once(place.exoClassKit),
    mapStore: once(place.mapStore),
    weakMapStore: once(place.weakMapStore),
    setStore: once(place.setStore),
    weakSetStore: once(place.weakSetStore),
    makeOnce: once(place.makeOnce),
    subZone: once((label: string) => makeZone(place.makeSubPlace(label))),
    isStorable: place.isStorable,
  });
};

const heapPlace: Place = {
  exo: makeExo,
  exoClass: defineExoClass,
  exoClassKit: defineExoClassKit,
  mapStore: makeHeapMapStore,
  weakMapStore: makeHeapWeakMapStore,
  setStore: makeHeapSetStore,
  weakSetStore: makeHeapWeakSetStore,
  makeOnce: (label, make) => make(label),
  isStorable: () => true,
  makeSubPlace: () => heapPlace,
};

/** Objects in memory. They are gone when the vat is upgraded. */
export const makeHeapZone = (): Zone => makeZone(heapPlace);

/** @param getVatData gives the `VatData` of the vat that asks */
export const makeZones = (getVatData: () => VatData) => {
  const exos = makeExoMakers(getVatData);

  const virtualPlace: Place = {
    exo: (label, guard, methods) => exos.defineVirtualExoClass(label, guard, () => ({}), methods)(),
    exoClass: exos.defineVirtualExoClass,
    exoClassKit: exos.defineVirtualExoClassKit,
    mapStore: (label, options) => getVatData().makeScalarBigMapStore(label, options),
    weakMapStore: (label, options) => getVatData().makeScalarBigWeakMapStore(label, options),
    setStore: (label, options) => getVatData().makeScalarBigSetStore(label, options),
    weakSetStore: (label, options) => getVatData().makeScalarBigWeakSetStore(label, options),
    makeOnce: (label, make) => make(label),
    isStorable: () => true,
    makeSubPlace: () => virtualPlace,
  };

  const durablePlace = (baggage: Baggage): Place => ({
    exo: (label, guard, methods) => exos.prepareExo(baggage, label, guard, methods),
    exoClass: (label, ...rest) => exos.prepareExoClass(baggage, label, ...rest),
    exoClassKit: (label, ...rest) => exos.prepareExoClassKit(baggage, label, ...rest),
    mapStore: (label, options) => exos.provideDurableMapStore(baggage, label, options),
    weakMapStore: (label, options) => exos.provideDurableWeakMapStore(baggage, label, options),
    setStore: (label, options) => exos.provideDurableSetStore(baggage, label, options),
    weakSetStore: (label, options) => exos.provideDurableWeakSetStore(baggage, label, options),
    makeOnce: (label, make) => provideAs(baggage, label, () => make(label)),
    isStorable: (specimen) => getVatData().canBeDurable(specimen),
    makeSubPlace: (label) => durablePlace(exos.provideDurableMapStore(baggage, label)),
  });

  return harden({
    /** Objects on disk, until the vat is upgraded. */
    makeVirtualZone: (): Zone => makeZone(virtualPlace),
    /** Objects on disk that survive upgrades, found by their labels in `baggage`. */
    makeDurableZone: (baggage: Baggage): Zone => makeZone(durablePlace(baggage)),
  });
};
