/**
 * Repeats recorded collections for a liveslots that has no interface for them.
 *
 * An engine may collect other objects during a replay, which would change the syscalls of `bringOutYourDead`. So
 * during a replay the engine collects none: this module holds the objects that liveslots references weakly. At each
 * recorded `bringOutYourDead` it releases exactly those that the record names. After the replay the references are
 * really weak.
 *
 * It relies on liveslots to register each object for finalization with its vref.
 */
import type { GcTools, SyscallEntry } from '@cooperage/types';

export interface RecordedDeaths {
  readonly gcTools: GcTools;
  /** Collects the objects that the record of that crank names. */
  readonly die: (past: readonly SyscallEntry[]) => void;
  /** The replay is over: from now on the engine decides. */
  readonly release: () => void;
}

/** Rows by which liveslots decides about an object that may be dead. */
const PILLAR = /^vom\.(?:rc|es|ir)\.([^|]{1,100})/;

/** The references that the crank of a `bringOutYourDead` looked at, because they had left memory. */
export const deadIn = (past: readonly SyscallEntry[]): Set<string> => {
  const dead = new Set<string>();
  for (const [syscall] of past) {
    switch (syscall[0]) {
      case 'vatstoreGet':
      case 'vatstoreGetNextKey': {
        const vref = PILLAR.exec(syscall[1])?.[1];
        if (vref !== undefined) dead.add(vref);
        break;
      }
      case 'dropImports':
      case 'retireImports':
      case 'retireExports':
        for (const vref of syscall[1]) dead.add(vref);
        break;
      case 'abandonExports':
      case 'callNow':
      case 'exit':
      case 'resolve':
      case 'send':
      case 'subscribe':
      case 'vatstoreDelete':
      case 'vatstoreSet':
        break;
      default:
        syscall satisfies never;
    }
  }
  return dead;
};

export const makeRecordedDeaths = (engine: GcTools): RecordedDeaths => {
  /** Undefined once the replay is over. */
  let held: Map<object, RecordedWeakRef<object>[]> | undefined = new Map();
  /** The objects registered under each name, with the callbacks that report their finalization. */
  let registered = new Map<string, { readonly object: object; readonly tell: () => void }[]>();

  class RecordedWeakRef<T extends object> {
    #weak: WeakRef<T> | undefined;
    constructor(target: T) {
      this.#weak = new engine.WeakRef(target);
      if (held === undefined) return;
      const refs = held.get(target);
      if (refs === undefined) held.set(target, [this]);
      else refs.push(this);
    }
    get [Symbol.toStringTag](): 'WeakRef' {
      return 'WeakRef';
    }
    deref(): T | undefined {
      return this.#weak?.deref();
    }
    clear(): void {
      this.#weak = undefined;
    }
  }

  class RecordedRegistry<Held> {
    readonly #engine: FinalizationRegistry<Held>;
    readonly #told: (value: Held) => void;
    constructor(told: (value: Held) => void) {
      this.#told = told;
      this.#engine = new engine.FinalizationRegistry(told);
    }
    get [Symbol.toStringTag](): 'FinalizationRegistry' {
      return 'FinalizationRegistry';
    }
    register(target: object, value: Held, token?: object): void {
      const mine = token ?? target;
      this.#engine.register(target, value, mine);
      if (held === undefined || typeof value !== 'string') return;
      const tell = (): void => {
        // Once only: not by the engine as well.
        this.#engine.unregister(mine);
        this.#told(value);
      };
      const entries = registered.get(value);
      if (entries === undefined) registered.set(value, [{ object: target, tell }]);
      else entries.push({ object: target, tell });
    }
    unregister(token: object): boolean {
      for (const [name, entries] of registered) {
        const left = entries.filter(({ object }) => object !== token);
        if (left.length === entries.length) continue;
        if (left.length === 0) registered.delete(name);
        else registered.set(name, left);
      }
      return this.#engine.unregister(token);
    }
  }

  return {
    gcTools: {
      ...engine,
      WeakRef: RecordedWeakRef as unknown as WeakRefConstructor,
      FinalizationRegistry: RecordedRegistry,
      gcAndFinalize: () => (held === undefined ? engine.gcAndFinalize() : Promise.resolve()),
    },
    die: (past) => {
      for (const vref of deadIn(past)) {
        const entries = registered.get(vref) ?? [];
        registered.delete(vref);
        for (const { object, tell } of entries) {
          for (const ref of held?.get(object) ?? []) ref.clear();
          held?.delete(object);
          tell();
        }
      }
    },
    release: () => {
      held = undefined;
      registered = new Map();
    },
  };
};
