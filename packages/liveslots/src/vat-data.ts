/** `VatData`: the global with which vats make data that lives on disk. What authors of vats see of it. */
import type { Pattern } from '@endo/patterns';
import type { StoreOptions } from './collections/store-options.js';

type AnyMethod = (...args: never[]) => unknown;

/** A method without the context that it gets first. */
type WithoutContext<M> = M extends (context: never, ...args: infer A) => infer R
  ? (...args: A) => R
  : never;

/** The object that a behavior makes. */
export type Instance<B> = { readonly [Name in keyof B]: WithoutContext<B[Name]> };
/** The facets that a behavior with several facets makes. */
export type Cohort<B> = { readonly [Facet in keyof B]: Instance<B[Facet]> };

type Self = Readonly<Record<PropertyKey, AnyMethod>>;

/** What each method gets first. Properties of `state` are stored when they are assigned. */
export interface SelfContext<S> {
  readonly state: S;
  readonly self: Self;
}
export interface FacetsContext<S> {
  readonly state: S;
  readonly facets: Readonly<Record<string, Self>>;
}

type Methods<C> = Readonly<Record<PropertyKey, (context: C, ...args: never[]) => unknown>>;

export interface DefineKindOptions<C> {
  /** Called with each new object before anybody else has it. */
  readonly finish?: (context: C) => void;
  /** A pattern for each property. A durable kind can later only gain optional ones. */
  readonly stateShape?: Readonly<Record<string, Pattern>>;
  /** Methods get their context as `this`. */
  readonly thisfulMethods?: boolean;
  readonly interfaceGuard?: unknown;
  readonly interfaceGuardKit?: unknown;
  /** Given the power to get all facets of the object of which one is shown. */
  readonly receiveAmplifier?: (amplify: (facet: unknown) => object) => void;
  /** Given the power to tell whether a value is of this kind. */
  readonly receiveInstanceTester?: (
    isInstance: (value: unknown, facetName?: string) => boolean,
  ) => void;
}

declare const kindHandle: unique symbol;
/** Names a durable kind over upgrades. Keep it in the baggage. */
export interface KindHandle {
  readonly [kindHandle]: true;
}

export interface WeakMapStore<K, V> {
  has(key: K): boolean;
  get(key: K): V;
  /** Adds an entry. @throws if the key is there */
  init(key: K, value: V): void;
  /** Changes an entry. @throws if the key is not there */
  set(key: K, value: V): void;
  delete(key: K): void;
  addAll(entries: Iterable<readonly [K, V]>): void;
}
export interface MapStore<K, V> extends WeakMapStore<K, V> {
  keys(keyPattern?: Pattern, valuePattern?: Pattern): Iterable<K>;
  values(keyPattern?: Pattern, valuePattern?: Pattern): Iterable<V>;
  entries(keyPattern?: Pattern, valuePattern?: Pattern): Iterable<[K, V]>;
  /** The entries as a CopyMap, which can be passed. */
  snapshot(keyPattern?: Pattern, valuePattern?: Pattern): unknown;
  getSize(keyPattern?: Pattern, valuePattern?: Pattern): number;
  clear(keyPattern?: Pattern, valuePattern?: Pattern): void;
}
export interface WeakSetStore<K> {
  has(key: K): boolean;
  add(key: K): void;
  delete(key: K): void;
  addAll(keys: Iterable<K>): void;
}
export interface SetStore<K> extends WeakSetStore<K> {
  keys(keyPattern?: Pattern): Iterable<K>;
  values(keyPattern?: Pattern): Iterable<K>;
  /** The keys as a CopySet, which can be passed. */
  snapshot(keyPattern?: Pattern): unknown;
  getSize(keyPattern?: Pattern): number;
  clear(keyPattern?: Pattern): void;
}

/** The durable map that each incarnation of a vat finds as the one before left it. */
export type Baggage = MapStore<string, unknown>;

export interface PromiseWatcher<V, A extends unknown[]> {
  onFulfilled?(value: V, ...args: A): void;
  onRejected?(reason: unknown, ...args: A): void;
}

export interface VatData {
  /** Defines a kind whose objects live on disk until the vat is upgraded. */
  defineKind<S extends object, B extends Methods<SelfContext<S>>, A extends unknown[]>(
    tag: string,
    init: (...args: A) => S,
    behavior: B,
    options?: DefineKindOptions<SelfContext<S>>,
  ): (...args: A) => Instance<B>;
  defineKindMulti<
    S extends object,
    B extends Readonly<Record<string, Methods<FacetsContext<S>>>>,
    A extends unknown[],
  >(
    tag: string,
    init: (...args: A) => S,
    behavior: B,
    options?: DefineKindOptions<FacetsContext<S>>,
  ): (...args: A) => Cohort<B>;
  makeKindHandle(tag: string): KindHandle;
  /** Defines a kind whose objects survive upgrades. Each incarnation must define it again. */
  defineDurableKind<S extends object, B extends Methods<SelfContext<S>>, A extends unknown[]>(
    handle: KindHandle,
    init: (...args: A) => S,
    behavior: B,
    options?: DefineKindOptions<SelfContext<S>>,
  ): (...args: A) => Instance<B>;
  defineDurableKindMulti<
    S extends object,
    B extends Readonly<Record<string, Methods<FacetsContext<S>>>>,
    A extends unknown[],
  >(
    handle: KindHandle,
    init: (...args: A) => S,
    behavior: B,
    options?: DefineKindOptions<FacetsContext<S>>,
  ): (...args: A) => Cohort<B>;
  /** True if all that `specimen` names survives an upgrade. */
  canBeDurable(specimen: unknown): boolean;
  makeScalarBigMapStore<K = unknown, V = unknown>(
    label?: string,
    options?: StoreOptions,
  ): MapStore<K, V>;
  makeScalarBigWeakMapStore<K = unknown, V = unknown>(
    label?: string,
    options?: StoreOptions,
  ): WeakMapStore<K, V>;
  makeScalarBigSetStore<K = unknown>(label?: string, options?: StoreOptions): SetStore<K>;
  makeScalarBigWeakSetStore<K = unknown>(label?: string, options?: StoreOptions): WeakSetStore<K>;
  /** Tells `watcher` when `promise` settles, even after an upgrade. */
  watchPromise<V, A extends unknown[]>(
    promise: Promise<V>,
    watcher: PromiseWatcher<V, A>,
    ...args: A
  ): void;
  providePromiseWatcher<V = unknown, A extends unknown[] = unknown[]>(
    handle: KindHandle,
    onFulfilled?: (value: V, ...args: A) => void,
    onRejected?: (reason: unknown, ...args: A) => void,
  ): PromiseWatcher<V, A>;
}
