import type { ConfigChange } from '../changes/config-change.js';
import type { EngineChange } from '../engines/engine-change.js';
import type { PausedVat, RetiredCrank } from '@cooperage/vat-manager';
import type { ConsoleLevel, CooperageError } from '@cooperage/types';
import type { LogLevel } from '../services/logger.js';
import type { RejectionMarks } from './rejections/rejections.js';

/** What a kernel tells those who listen. Listening changes nothing. */
export interface KernelEvents {
  /** Code is being bundled, which takes seconds: it was not in the cache. */
  bundling: { readonly source: string };
  /** The code of a vat or bundle of the config is in the store. */
  bundled: { readonly name: string; readonly cached: boolean; readonly milliseconds: number };
  /**
   * The config says something else than the kernel has, which goes on as it was: an option of a vat, or a vat that is
   * not named any more; code and parameters too where the kernel was opened with `ignoreChanges`.
   */
  'config-changed': ConfigChange;
  /**
   * The kernel was opened with another version of an engine than the last time: the histories of the vats named were
   * made with the former. One that does not repeat exactly is quarantined when it is replayed.
   */
  'engine-changed': EngineChange;
  /** The bootstrap vat has answered `bootstrap`; with the error if it rejected it. Told in the start in which it does. */
  bootstrapped: { readonly error?: unknown };
  /** A record was retired, or refused: of which delivery, what caused that, and how long it took. */
  retired: RetiredCrank;
  /** A group of records is durable. */
  committed: { readonly sequence: number };
  /** A vat has started; vats are announced in the order of the requests. */
  'vat-ready': { readonly vatID: string; readonly name: string };
  /**
   * A promise that host code has was rejected, with an error that is on no vat's console: the kernel or a service rejected
   * it, or a vat did with a reason that is no error. Told once for all that the end of a vat rejects.
   */
  rejected: RejectionMarks & { readonly message: string };
  /** A vat is terminated, with the reason; `isFailure` is false if it exited by itself without failure. */
  'vat-ended': {
    readonly vatID: string;
    readonly name: string;
    readonly isFailure: boolean;
    readonly reason: string;
    /** The `errorId` of all rejections by this end. */
    readonly errorId: string;
  };
  /** A heap image cannot be used; the vat comes back from the one before, or from its transcript alone. */
  'image-refused': { readonly vatID: string; readonly n: number; readonly reason: string };
  /** A vat began as a copy of another. */
  'vat-forked': { readonly vatID: string; readonly parent: string };
  /** An upgrade is over; with the reason if it was rolled back. */
  'vat-upgraded': {
    readonly vatID: string;
    readonly name: string;
    readonly incarnation: number;
    readonly error?: string;
    /**
     * Where the vat was in quarantine or suspended: its old heap took no part. What had died since the old incarnation
     * last brought out its dead, so many deliveries ago, was not collected.
     */
    readonly withoutHeap?: {
      readonly state: 'quarantined' | 'suspended';
      readonly uncollected: { readonly deliveries: number; readonly references: number };
    };
  };
  /**
   * A vat did not repeat delivery `n` when its history was run again: syscall `index` was `expected` and is now
   * `actual`. It gets nothing more until it is released or ended; its inbox keeps.
   */
  'vat-quarantined': {
    readonly vatID: string;
    readonly name: string;
    readonly n: number;
    readonly index: number;
    readonly expected: string | undefined;
    readonly actual: string | undefined;
  };
  /**
   * Crank `n` of a vat used up its meter, or more than one crank may (`why`), and was undone. The vat gets nothing
   * more until its meter is topped up, or its limit raised; its inbox keeps.
   */
  'vat-suspended': {
    readonly vatID: string;
    readonly name: string;
    readonly n: number;
    readonly why: 'meter' | 'computronLimit';
    readonly computrons: number;
  };
  /**
   * Something came to wait for a vat that is in quarantine or suspended, or did so when the kernel was opened:
   * `waiting` deliveries do. They are delivered when the vat goes on, in its next incarnation too, and rejected if it
   * ends.
   */
  'delivery-waits': PausedVat;
  /** A worker started; it first replays `toReplay` cranks. */
  'worker-started': { readonly vatID: string; readonly toReplay: number };
  /** The worker of a vat ended, with the reason. The vat is replayed in another one, or terminated. */
  'worker-lost': { readonly vatID: string; readonly reason: string };
  /** A vat wrote to its console. */
  console: {
    readonly vatID: string;
    readonly name: string;
    readonly level: ConsoleLevel;
    readonly text: string;
    /** The delivery in which it did; absent where the worker did not say. */
    readonly crank?: number;
  };
  /** A vat used the logger service, or the kernel warns its operator. */
  log: { readonly level: LogLevel; readonly message: string };
  /**
   * An operator asks for the end of the kernel (`cooperage stop`). Where nothing listens, the kernel is closed; who
   * listens closes it, and may do something else first.
   */
  'stop-requested': Readonly<Record<string, never>>;
  /** The kernel stopped with an error. The next start continues from the newest durable state. */
  failed: CooperageError;
}

export type KernelEventName = keyof KernelEvents;

const NAMES: Readonly<Record<KernelEventName, true>> = {
  bundling: true,
  bundled: true,
  'config-changed': true,
  'engine-changed': true,
  bootstrapped: true,
  retired: true,
  committed: true,
  'vat-ready': true,
  rejected: true,
  'vat-ended': true,
  'image-refused': true,
  'vat-forked': true,
  'vat-upgraded': true,
  'vat-quarantined': true,
  'vat-suspended': true,
  'delivery-waits': true,
  'worker-started': true,
  'worker-lost': true,
  console: true,
  log: true,
  'stop-requested': true,
  failed: true,
};

/** What can be listened to. */
export const KERNEL_EVENTS = Object.keys(NAMES) as readonly KernelEventName[];
export type Listener<Name extends KernelEventName> = (event: KernelEvents[Name]) => void;

export interface Emitter {
  /** @returns a function that ends the listening */
  on<Name extends KernelEventName>(name: Name, listener: Listener<Name>): () => void;
  emit<Name extends KernelEventName>(name: Name, event: KernelEvents[Name]): void;
  hasListeners(name: KernelEventName): boolean;
  /** Gets every event before its listeners do, and does not count as one. */
  tap(observer: Observer): void;
}

export type Observer = <Name extends KernelEventName>(
  name: Name,
  event: KernelEvents[Name],
) => void;

export const makeEmitter = (): Emitter => {
  const listeners = new Map<KernelEventName, Set<Listener<never>>>();
  let observer: Observer | undefined;
  return {
    on: (name, listener) => {
      const all = listeners.get(name) ?? new Set();
      all.add(listener);
      listeners.set(name, all);
      return () => void all.delete(listener);
    },
    tap: (given) => {
      observer = given;
    },
    emit: (name, event) => {
      observer?.(name, event);
      for (const listener of listeners.get(name) ?? []) {
        try {
          (listener as Listener<typeof name>)(event);
        } catch (error) {
          // The listener's own fault, reported as such: what the kernel does must not depend on it.
          queueMicrotask(() => {
            throw error;
          });
        }
      }
    },
    hasListeners: (name) => (listeners.get(name)?.size ?? 0) > 0,
  };
};
