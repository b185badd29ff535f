import type { ConfigChange } from '../changes/config-change.js';
import type { EngineChange } from '../engines/engine-change.js';
import type { PausedVat, RetiredCrank } from '@cooperage/vat-manager';
import type { ConsoleLevel, CooperageError } from '@cooperage/types';
import type { LogLevel } from '../services/logger.js';
import type { RejectionMarks } from './rejections/rejections.js';

/** The events of a kernel. Listeners change nothing. */
export interface KernelEvents {
  /** Code is being bundled, because it was not in the cache. It takes seconds. */
  bundling: { readonly source: string };
  /** The code of a vat or bundle of the config is in the store. */
  bundled: { readonly name: string; readonly cached: boolean; readonly milliseconds: number };
  /**
   * The config differs from the kernel, which continues unchanged: an option of a vat, a vat that is no longer named,
   * one that failed, or one to which an upgrade gave other code; with `ignoreChanges` also code and parameters.
   */
  'config-changed': ConfigChange;
  /**
   * The version of an engine has changed since the kernel was last opened, and the transcripts of these vats were made
   * with the former version. A vat whose replay differs from its transcript is quarantined.
   */
  'engine-changed': EngineChange;
  /**
   * The bootstrap vat has answered `bootstrap`; `error` if it rejected it. Emitted in the start in which it answers.
   */
  bootstrapped: { readonly error?: unknown };
  /** A record was retired or refused: its delivery, the cause of that, and how long it took. */
  retired: RetiredCrank;
  /** A commit group is durable. */
  committed: { readonly sequence: number };
  /** A vat has started. Vats are announced in the order of the requests. */
  'vat-ready': { readonly vatID: string; readonly name: string };
  /**
   * A promise of the host was rejected with an error that no vat's console shows: the kernel or a service rejected it,
   * or a vat did with a reason that is not an error. Emitted once for all rejections by the end of a vat.
   */
  rejected: RejectionMarks & { readonly message: string };
  /** A vat was terminated, with the reason. `isFailure` is false if it exited by itself without failure. */
  'vat-ended': {
    readonly vatID: string;
    readonly name: string;
    readonly isFailure: boolean;
    readonly reason: string;
    /** The `errorId` of all rejections by this end. */
    readonly errorId: string;
  };
  /** A heap image cannot be used. The vat is restored from an older image, or from the whole transcript. */
  'image-refused': { readonly vatID: string; readonly n: number; readonly reason: string };
  /** A vat was made as a copy of another. */
  'vat-forked': { readonly vatID: string; readonly parent: string };
  /** An upgrade is over; with the reason if it was rolled back. */
  'vat-upgraded': {
    readonly vatID: string;
    readonly name: string;
    readonly incarnation: number;
    readonly error?: string;
    /**
     * Present if the vat was paused: its old heap took no part, and what it no longer needed since its last
     * `bringOutYourDead`, this many deliveries ago, was not collected.
     */
    readonly withoutHeap?: {
      readonly state: 'quarantined' | 'suspended';
      readonly uncollected: { readonly deliveries: number; readonly references: number };
    };
  };
  /**
   * The replay of a vat diverged at delivery `n`: syscall `index` was `expected` and is now `actual`. The vat gets no
   * deliveries until it is released or terminated. Its inbox stays.
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
   * Crank `n` of a vat used up its meter, or the limit of one crank (`why`), and was undone. The vat gets no deliveries
   * until its meter is topped up or its limit is raised. Its inbox stays.
   */
  'vat-suspended': {
    readonly vatID: string;
    readonly name: string;
    readonly n: number;
    readonly why: 'meter' | 'computronLimit';
    readonly computrons: number;
  };
  /**
   * A delivery waits for a paused vat, or waited when the kernel was opened: `waiting` deliveries do. They are
   * delivered when the vat continues, also as a new incarnation, and rejected if it terminates.
   */
  'delivery-waits': PausedVat;
  /** A worker started; it first replays `toReplay` cranks. */
  'worker-started': { readonly vatID: string; readonly toReplay: number };
  /** The worker of a vat ended, with the reason. The vat is replayed in another worker, or terminated. */
  'worker-lost': { readonly vatID: string; readonly reason: string };
  /** A vat wrote to its console. */
  console: {
    readonly vatID: string;
    readonly name: string;
    readonly level: ConsoleLevel;
    readonly text: string;
    /** The delivery that wrote it; absent if the worker did not say. */
    readonly crank?: number;
  };
  /** A vat used the logger service, or the kernel warns its operator. */
  log: { readonly level: LogLevel; readonly message: string };
  /**
   * An operator asked the kernel to stop (`cooperage stop`). Without a listener, the kernel is closed; a listener
   * closes it, and may do something else first.
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

/** The names of all events. */
export const KERNEL_EVENTS = Object.keys(NAMES) as readonly KernelEventName[];
export type Listener<Name extends KernelEventName> = (event: KernelEvents[Name]) => void;

export interface Emitter {
  /** @returns a function that ends the listening */
  on<Name extends KernelEventName>(name: Name, listener: Listener<Name>): () => void;
  emit<Name extends KernelEventName>(name: Name, event: KernelEvents[Name]): void;
  hasListeners(name: KernelEventName): boolean;
  /** Gets every event before the listeners, and does not count as a listener. */
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
