/** What the host passes to vats by reference, and the kernel's names of it. */
import type { Host } from '@cooperage/kernel';
import {
  CooperageError,
  isKPromise,
  type KObject,
  type KPromise,
  type KRef,
} from '@cooperage/types';
import type { Runner } from '@cooperage/vat-manager';
import { types } from 'node:util';
import type { HostPromises } from './host-promises.js';
import type { Presences } from './presences.js';

export interface HostExports {
  /**
   * Does something in an input in which values get names. What gets its first name is known by it from then on, unless the input fails.
   */
  naming<T>(act: (host: Host, nameOf: NameOf) => T): (host: Host) => T;
  /** The kernel's name of a value that has one now. */
  knownNameOf(value: object): KRef | undefined;
  /** The host's own object or promise. */
  find(kref: KRef): object | undefined;
  /** An object that has a name of its own, and outlasts the process under it. */
  addService(kref: KObject, object: object): void;
  /** No vat could send to the object any more, when a crank ended. */
  dropped(kref: KObject): void;
  /** A promise of the host's own is settled. */
  settled(kp: KPromise): void;
}

/** @throws {CooperageError} `OBJECT_GONE` where the kernel has forgotten what the value stands for */
export type NameOf = (value: object) => KRef;

export interface HostExportsPowers {
  readonly runner: () => Runner;
  readonly presences: Presences;
  readonly promises: HostPromises;
  /** Settles a promise of the host's own when it is settled. */
  readonly follow: (kp: KPromise, promise: Promise<unknown>) => void;
  /** Whether the kernel is told what the host's engine has collected. */
  readonly collects: boolean;
}

/** For what the kernel has forgotten, as nothing held it. */
export const objectGone = (kref: KRef): CooperageError =>
  new CooperageError(
    'OBJECT_GONE',
    `the host has released ${kref}, and so has every vat: to use a reference after the call that passed it, call its retain() during that call`,
  );

export const makeHostExports = ({
  runner,
  presences,
  promises,
  follow,
  collects,
}: HostExportsPowers): HostExports => {
  const names = new WeakMap<object, KRef>();
  /** What vats can send to. */
  const held = new Map<KRef, object>();
  /** What a vat can still recognize, although none can send to it. */
  const recognized = new Map<KRef, WeakRef<object>>();
  const services = new Map<KRef, object>();

  const tables = () => runner().core.kernel.tables;
  const isThere = (kref: KRef): boolean =>
    isKPromise(kref)
      ? tables().promises.find(kref) !== undefined
      : tables().objects.find(kref as KObject) !== undefined;

  const registry = new FinalizationRegistry<KObject>((ko) => {
    if (!collects || recognized.get(ko)?.deref() !== undefined || held.has(ko)) return;
    recognized.delete(ko);
    try {
      void runner().inputSoon((host) => host.retireObject(ko));
    } catch {
      // Closed, or stopped for good: with the kernel all that it knows is gone.
    }
  });

  /** What the engine has collected, and what the kernel has forgotten, is no name any more. */
  const knownNameOf = (value: object): KRef | undefined => {
    const ref = presences.krefOf(value);
    if (ref !== undefined) return ref;
    const answer = promises.standsFor(value)?.kp;
    if (answer !== undefined && isThere(answer)) return answer;
    const name = names.get(value);
    if (name === undefined) return undefined;
    if (services.get(name) === value) return name;
    return isThere(name) ? name : undefined;
  };

  const keep = (kref: KRef, value: object): void => {
    held.set(kref, value);
    recognized.delete(kref);
  };

  const forget = (kref: KRef, value: object | undefined): void => {
    held.delete(kref);
    recognized.delete(kref);
    if (value !== undefined && names.get(value) === kref) names.delete(value);
  };

  const insistThere = (kref: KRef): KRef => {
    if (!isThere(kref)) throw objectGone(kref);
    return kref;
  };

  const dropped = (ko: KObject): void => {
    const row = tables().objects.find(ko);
    if (row === undefined) {
      forget(ko, held.get(ko) ?? recognized.get(ko)?.deref());
      return;
    }
    const object = held.get(ko);
    if (object === undefined || row.reachable > 0) return;
    held.delete(ko);
    recognized.set(ko, new WeakRef(object));
    registry.register(object, ko);
  };

  return {
    knownNameOf,
    find: (kref) => held.get(kref) ?? recognized.get(kref)?.deref() ?? services.get(kref),
    addService: (kref, object) => {
      services.set(kref, object);
      names.set(object, kref);
    },
    naming: (act) => (host) => {
      const fresh = new Map<KRef, object>();
      const sentAgain: KObject[] = [];
      const nameOf = (value: object): KRef => {
        const known = knownNameOf(value);
        if (known !== undefined) {
          if (recognized.has(known)) {
            keep(known, value);
            sentAgain.push(known as KObject);
          }
          return insistThere(known);
        }
        const name = types.isPromise(value) ? host.exportPromise() : host.exportObject();
        names.set(value, name);
        keep(name, value);
        fresh.set(name, value);
        return name;
      };
      try {
        const result = act(host, nameOf);
        for (const [name, value] of fresh) {
          if (types.isPromise(value)) follow(name as KPromise, value);
        }
        return result;
      } catch (thrown) {
        // The kernel has forgotten these names, and will give them to others.
        for (const [name, value] of fresh) forget(name, value);
        queueMicrotask(() => sentAgain.forEach(dropped));
        throw thrown;
      }
    },
    dropped,
    settled: (kp) => void held.delete(kp),
  };
};
