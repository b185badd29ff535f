/**
 * Promises watched by durable objects: when one settles, in this incarnation or
 * a later one, each of its watchers is told. Which vpid has which watchers is in
 * a durable map. A later incarnation takes the promises up again under their vpids.
 */
import { makeError, X } from '@endo/errors';
import { HandledPromise } from '@endo/eventual-send';
import harden from '@endo/harden';
import { M } from '@endo/patterns';
import type { LiveSlotsSyscall, VRef } from '@cooperage/types';
import type { Collections } from '../collections/collections.js';
import { isPromise } from '../refs/exporter.js';
import type { Importer } from '../refs/importer.js';
import type { Kinds } from '../kinds/kinds.js';
import type { Resolver } from './resolver.js';
import type { SlotTable } from '../refs/slot-table.js';
import type { ProvideStanding } from '../collections/standing-collections.js';
import { isVirtualOrDurable } from '../refs/vref.js';

type Handler = (value: unknown, ...args: unknown[]) => unknown;

/** A virtual or durable object with one of these, or both. */
export interface PromiseWatcher {
  onFulfilled?: Handler;
  onRejected?: Handler;
}

/** One watcher of one promise, with the arguments that it gets besides. */
type Watch = readonly [watcher: PromiseWatcher, ...args: unknown[]];

interface MapStore<K, V> {
  has(key: K): boolean;
  get(key: K): V;
  init(key: K, value: V): void;
  set(key: K, value: V): void;
  delete(key: K): void;
  keys(): Iterable<K>;
}

export interface PromiseWatchers {
  /** Finds or makes the tables. */
  load(): void;
  /** After `buildRootObject`: takes up the promises of earlier incarnations. */
  readonly reconnect: () => void;
  readonly watchPromise: (promise: Promise<unknown>, watcher: object, ...args: unknown[]) => void;
  readonly providePromiseWatcher: (
    kindHandle: object,
    onFulfilled?: Handler,
    onRejected?: Handler,
  ) => object;
}

const insistWatcher = (watcher: PromiseWatcher, slots: SlotTable): void => {
  const vref = slots.vrefOf(watcher);
  if (vref === undefined || !isVirtualOrDurable(vref)) {
    throw makeError(X`promise watcher must be a virtual object`);
  }
  const { onFulfilled, onRejected } = watcher;
  const handlers = [onFulfilled, onRejected].filter((handler) => handler !== undefined);
  if (handlers.length === 0 || handlers.some((handler) => typeof handler !== 'function')) {
    throw makeError(X`promise watcher must implement at least one handler method`);
  }
};

/** Calls a watcher, in a turn of its own, so that its errors do not reach other watchers. */
const tell = ([watcher, ...args]: Watch, isFulfilled: boolean, value: unknown): void => {
  void Promise.resolve().then(() => {
    if (isFulfilled) {
      watcher.onFulfilled?.(value, ...args);
    } else if (watcher.onRejected === undefined) {
      // This rejection is unhandled, and is reported to the host like any other.
      throw value;
    } else {
      watcher.onRejected(value, ...args);
    }
  });
};

export interface PromiseWatchersPowers {
  readonly syscall: Pick<LiveSlotsSyscall, 'subscribe'>;
  readonly slots: SlotTable;
  readonly importer: Importer;
  readonly resolver: Resolver;
  readonly kinds: Kinds;
  readonly collections: Collections;
  readonly provideStanding: ProvideStanding;
  readonly vrefOf: (value: object) => VRef;
}

export const makePromiseWatchers = ({
  syscall,
  slots,
  importer,
  resolver,
  kinds,
  collections,
  provideStanding,
  vrefOf,
}: PromiseWatchersPowers): PromiseWatchers => {
  let watchersByKind: MapStore<object, object>;
  let watchesByPromise: MapStore<VRef, readonly Watch[]>;
  /** Promises that `buildRootObject` watched: these need no reconnecting. */
  let watchedAtStart: Set<VRef> | undefined;

  const follow = (promise: Promise<unknown>, vpid: VRef): void => {
    const settle = (isFulfilled: boolean, value: unknown): void => {
      const watches = watchesByPromise.get(vpid);
      watchesByPromise.delete(vpid);
      watchedAtStart?.delete(vpid);
      for (const watch of watches) tell(watch, isFulfilled, value);
    };
    void HandledPromise.resolve(promise).then(
      (value: unknown) => settle(true, value),
      (reason: unknown) => settle(false, reason),
    );
  };

  const watch = (promise: Promise<unknown>, newWatch: Watch): void => {
    const vpid = vrefOf(promise);
    if (watchesByPromise.has(vpid)) {
      watchesByPromise.set(vpid, harden([...watchesByPromise.get(vpid), newWatch]));
      return;
    }
    watchesByPromise.init(vpid, harden([newWatch]));
    watchedAtStart?.add(vpid);
    // Before the promise is exported, so that its watchers hear of it before it is forgotten.
    follow(promise, vpid);
    // The kernel knows it from now on: it rejects it should this incarnation end.
    if (resolver.exportPromise(vpid)) syscall.subscribe(vpid);
  };

  return {
    load() {
      watchedAtStart = new Set();
      watchersByKind = provideStanding('watcherTableID', () =>
        collections.makeScalarBigMapStore('promiseWatcherByKind', { durable: true }),
      ) as typeof watchersByKind;
      watchesByPromise = provideStanding('watchedPromiseTableID', () =>
        collections.makeScalarBigMapStore('watchedPromises', {
          keyShape: M.string(),
          durable: true,
        }),
      ) as typeof watchesByPromise;
    },

    reconnect() {
      for (const vpid of watchesByPromise.keys()) {
        if (!watchedAtStart?.has(vpid)) follow(importer.revivePromise(vpid), vpid);
      }
      watchedAtStart = undefined;
    },

    watchPromise: harden((promise, watcher, ...args) => {
      insistWatcher(watcher, slots);
      if (!isPromise(promise)) throw makeError(X`watchPromise only watches promises`);
      // Not at once: the promise of a message just sent gets its vpid when the message goes out,
      // in a later turn, and must not get another one here.
      void Promise.resolve().then(() => {
        watch(promise, [watcher, ...args]);
      });
    }),

    providePromiseWatcher: harden(
      (
        kindHandle,
        onFulfilled: Handler = () => {},
        onRejected: Handler = (reason) => {
          throw reason;
        },
      ) => {
        for (const handler of [onFulfilled, onRejected]) {
          if (typeof handler !== 'function') {
            throw makeError(X`${handler} must be a function`, TypeError);
          }
        }
        const makeWatcher = kinds.defineDurableKind(kindHandle, () => ({}), {
          onFulfilled: (_context: unknown, value: unknown, ...args: unknown[]) =>
            onFulfilled(value, ...args),
          onRejected: (_context: unknown, reason: unknown, ...args: unknown[]) =>
            onRejected(reason, ...args),
        });
        if (watchersByKind.has(kindHandle)) return watchersByKind.get(kindHandle);
        const watcher = makeWatcher();
        watchersByKind.init(kindHandle, watcher);
        return watcher;
      },
    ),
  };
};
