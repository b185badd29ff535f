/**
 * Exos, objects behind interface guards, over `VatData`: what vats are mostly
 * made of. `define…` makes a class for this incarnation; `prepare…` makes one
 * that each incarnation prepares again under the same name in its baggage.
 */
import harden from '@endo/harden';
import type { InterfaceGuard, Pattern } from '@endo/patterns';
import type { StoreOptions } from '../collections/store-options.js';
import type {
  Baggage,
  KindHandle,
  MapStore,
  SetStore,
  VatData,
  WeakMapStore,
  WeakSetStore,
} from '../vat-data.js';

type Method = CallableFunction;
export type ExoMethods = Readonly<Record<PropertyKey, Method>>;
export type ExoFacets = Readonly<Record<string, ExoMethods>>;

/** What `this` is in the methods of an exo. */
export interface ExoThis<S, M> {
  readonly state: S;
  readonly self: M;
}
export interface ExoKitThis<S, F> {
  readonly state: S;
  readonly facets: F;
}

export interface ExoOptions<C> {
  readonly finish?: (context: C) => void;
  readonly stateShape?: Readonly<Record<string, Pattern>>;
  readonly receiveAmplifier?: (amplify: (facet: unknown) => object) => void;
  readonly receiveInstanceTester?: (
    isInstance: (value: unknown, facetName?: string) => boolean,
  ) => void;
}

type Guard = InterfaceGuard | undefined;
type GuardKit = Readonly<Record<string, InterfaceGuard>> | undefined;

export interface ExoMakers {
  readonly defineVirtualExoClass: <A extends unknown[], S extends object, M extends ExoMethods>(
    tag: string,
    guard: Guard,
    init: (...args: A) => S,
    methods: M & ThisType<ExoThis<S, M>>,
    options?: ExoOptions<ExoThis<S, M>>,
  ) => (...args: A) => M;
  readonly defineVirtualExoClassKit: <A extends unknown[], S extends object, F extends ExoFacets>(
    tag: string,
    guards: GuardKit,
    init: (...args: A) => S,
    facets: F & ThisType<ExoKitThis<S, F>>,
    options?: ExoOptions<ExoKitThis<S, F>>,
  ) => (...args: A) => F;
  readonly defineDurableExoClass: <A extends unknown[], S extends object, M extends ExoMethods>(
    handle: KindHandle,
    guard: Guard,
    init: (...args: A) => S,
    methods: M & ThisType<ExoThis<S, M>>,
    options?: ExoOptions<ExoThis<S, M>>,
  ) => (...args: A) => M;
  readonly defineDurableExoClassKit: <A extends unknown[], S extends object, F extends ExoFacets>(
    handle: KindHandle,
    guards: GuardKit,
    init: (...args: A) => S,
    facets: F & ThisType<ExoKitThis<S, F>>,
    options?: ExoOptions<ExoKitThis<S, F>>,
  ) => (...args: A) => F;
  /** The one object of its class: made by the first incarnation, found by the others. */
  readonly prepareExo: <M extends ExoMethods>(
    baggage: Baggage,
    name: string,
    guard: Guard,
    methods: M & ThisType<ExoThis<object, M>>,
    options?: ExoOptions<ExoThis<object, M>>,
  ) => M;
  readonly prepareExoClass: <A extends unknown[], S extends object, M extends ExoMethods>(
    baggage: Baggage,
    name: string,
    guard: Guard,
    init: (...args: A) => S,
    methods: M & ThisType<ExoThis<S, M>>,
    options?: ExoOptions<ExoThis<S, M>>,
  ) => (...args: A) => M;
  readonly prepareExoClassKit: <A extends unknown[], S extends object, F extends ExoFacets>(
    baggage: Baggage,
    name: string,
    guards: GuardKit,
    init: (...args: A) => S,
    facets: F & ThisType<ExoKitThis<S, F>>,
    options?: ExoOptions<ExoKitThis<S, F>>,
  ) => (...args: A) => F;
  readonly provideKindHandle: (baggage: Baggage, name: string) => KindHandle;
  readonly provideDurableMapStore: <K, V>(
    baggage: Baggage,
    name: string,
    options?: StoreOptions,
  ) => MapStore<K, V>;
  readonly provideDurableWeakMapStore: <K, V>(
    baggage: Baggage,
    name: string,
    options?: StoreOptions,
  ) => WeakMapStore<K, V>;
  readonly provideDurableSetStore: <K>(
    baggage: Baggage,
    name: string,
    options?: StoreOptions,
  ) => SetStore<K>;
  readonly provideDurableWeakSetStore: <K>(
    baggage: Baggage,
    name: string,
    options?: StoreOptions,
  ) => WeakSetStore<K>;
}

/** What is under `key`; made and stored if nothing is. */
export const provide = <K, V>(
  store: Pick<MapStore<K, V>, 'has' | 'get' | 'init'>,
  key: K,
  make: (key: K) => V,
): V => {
  if (!store.has(key)) store.init(key, make(key));
  return store.get(key);
};

/** The functions of `VatData` that define kinds whose methods get their context as `this`, typed by their methods. */
interface ThisfulKinds {
  defineKind<A extends unknown[], M>(
    tag: string,
    init: (...args: A) => object,
    methods: M,
    options: object,
  ): (...args: A) => M;
  defineKindMulti: ThisfulKinds['defineKind'];
  defineDurableKind<A extends unknown[], M>(
    handle: KindHandle,
    init: (...args: A) => object,
    methods: M,
    options: object,
  ): (...args: A) => M;
  defineDurableKindMulti: ThisfulKinds['defineDurableKind'];
}

/** The same as {@link provide} in a map of arbitrary values, where each name has one type. */
export const provideAs = <V>(baggage: Baggage, name: string, make: () => V): V =>
  provide(baggage, name, make) as V;

/** @param getVatData asked each time: the global may not be there yet when a module is evaluated */
export const makeExoMakers = (getVatData: () => VatData): ExoMakers => {
  const kinds = (): ThisfulKinds => getVatData() as unknown as ThisfulKinds;
  const withGuard = (guard: Guard, options: object = {}): object => ({
    ...options,
    thisfulMethods: true,
    interfaceGuard: guard,
  });
  const withGuards = (guards: GuardKit, options: object = {}): object => ({
    ...options,
    thisfulMethods: true,
    interfaceGuardKit: guards,
  });
  const durable = (options: StoreOptions | undefined): StoreOptions =>
    harden({ ...options, durable: true });

  const provideKindHandle: ExoMakers['provideKindHandle'] = (baggage, name) =>
    provide(baggage, `${name}_kindHandle`, () => getVatData().makeKindHandle(name)) as KindHandle;

  const defineDurableExoClass: ExoMakers['defineDurableExoClass'] = (
    handle,
    guard,
    init,
    methods,
    options,
  ) => kinds().defineDurableKind(handle, init, methods, withGuard(guard, options));

  const defineDurableExoClassKit: ExoMakers['defineDurableExoClassKit'] = (
    handle,
    guards,
    init,
    facets,
    options,
  ) => kinds().defineDurableKindMulti(handle, init, facets, withGuards(guards, options));

  const prepareExoClass: ExoMakers['prepareExoClass'] = (baggage, name, ...rest) =>
    defineDurableExoClass(provideKindHandle(baggage, name), ...rest);

  return harden({
    defineVirtualExoClass: (tag, guard, init, methods, options) =>
      kinds().defineKind(tag, init, methods, withGuard(guard, options)),
    defineVirtualExoClassKit: (tag, guards, init, facets, options) =>
      kinds().defineKindMulti(tag, init, facets, withGuards(guards, options)),
    defineDurableExoClass,
    defineDurableExoClassKit,
    prepareExo: (baggage, name, guard, methods, options) => {
      const make = prepareExoClass(baggage, name, guard, () => ({}), methods, options);
      return provideAs(baggage, `the_${name}`, () => make());
    },
    prepareExoClass,
    prepareExoClassKit: (baggage, name, ...rest) =>
      defineDurableExoClassKit(provideKindHandle(baggage, name), ...rest),
    provideKindHandle,
    provideDurableMapStore: (baggage, name, options) =>
      provideAs(baggage, name, () => getVatData().makeScalarBigMapStore(name, durable(options))),
    provideDurableWeakMapStore: (baggage, name, options) =>
      provideAs(baggage, name, () =>
        getVatData().makeScalarBigWeakMapStore(name, durable(options)),
      ),
    provideDurableSetStore: (baggage, name, options) =>
      provideAs(baggage, name, () => getVatData().makeScalarBigSetStore(name, durable(options))),
    provideDurableWeakSetStore: (baggage, name, options) =>
      provideAs(baggage, name, () =>
        getVatData().makeScalarBigWeakSetStore(name, durable(options)),
      ),
  });
};
