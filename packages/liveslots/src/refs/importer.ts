/** Vrefs to values: finds what a vref names, or makes it. */
import { annotateError, makeError, X } from '@endo/errors';
import type { LiveSlotsSyscall, VRef } from '@cooperage/types';
import type { ImportNames } from './import-names.js';
import type { KindRegistry } from '../kinds/kind-registry.js';
import { makeDeviceNode, makePresence } from './presence.js';
import { makePipelinedPromise, type PromiseTable, type Send } from '../promises/promise-table.js';
import type { SlotTable } from './slot-table.js';
import { baseOf, facetOf, isDevice, isLocal, isPromise, isVirtualOrDurable } from './vref.js';

export interface Importer {
  /**
   * Whether a value must be made depends on the collector, so this runs unmetered and makes no
   * syscall, except that a new promise is subscribed to (promises are never collected).
   */
  readonly valueOf: (vref: VRef, iface?: string) => object;
  /** Runs `task` without subscribing to the promises that it imports, and returns those. */
  withoutSubscribing(task: () => void): Set<VRef>;
  /** The promise that `vpid` names, found or made, without subscribing. */
  readonly revivePromise: (vpid: VRef) => Promise<unknown>;
  readonly devices: ReadonlySet<object>;
}

export interface ImporterPowers {
  readonly syscall: Pick<LiveSlotsSyscall, 'subscribe'>;
  readonly slots: SlotTable;
  readonly kinds: KindRegistry;
  readonly promises: PromiseTable;
  readonly send: Send;
  readonly names: ImportNames;
  readonly insistUsable: (presence: object) => void;
}

export const makeImporter = ({
  syscall,
  slots,
  kinds,
  promises,
  send,
  names,
  insistUsable,
}: ImporterPowers): Importer => {
  const devices = new Set<object>();
  let unsubscribed: Set<VRef> | undefined;

  /**
   * Also for a vpid of our own making that is unknown: an earlier incarnation
   * made it, or it was resolved and forgotten while this delivery was on its way.
   */
  const importPromise = (vpid: VRef): Promise<unknown> => {
    const imported = makePipelinedPromise(vpid, send);
    promises.imported.set(vpid, imported);
    slots.addUnwatched(vpid, imported.promise);
    return imported.promise;
  };

  const make = (vref: VRef, iface: string | undefined): object => {
    if (isPromise(vref)) {
      const promise = importPromise(vref);
      // It is not known whether code will await it, so subscribe at once.
      if (unsubscribed === undefined) syscall.subscribe(vref);
      else unsubscribed.add(vref);
      return promise;
    }
    if (isLocal(vref)) throw makeError(X`I don't remember allocating ${vref}`);
    if (isDevice(vref)) {
      const device = makeDeviceNode(iface);
      devices.add(device);
      slots.addUnwatched(vref, device);
      return device;
    }
    const presence = makePresence(vref, names.nameOf(vref, iface), send, insistUsable);
    slots.add(vref, presence);
    return presence;
  };

  const reanimate = (base: VRef, iface: string | undefined): object => {
    try {
      return kinds.reanimate(base);
    } catch (cause) {
      const error = makeError(
        X`failed to reanimate ${iface}: its kind must be defined before it is used`,
      );
      annotateError(error, X`Original error: ${cause}`);
      throw error;
    }
  };

  const makeInstance = (vref: VRef, iface: string | undefined): object => {
    const base = baseOf(vref);
    const whole = reanimate(base, iface);
    const { facetNames } = kinds.kindOf(base);
    if (facetNames === undefined) {
      slots.add(base, whole);
    } else {
      const cohort = whole as Record<string, object>;
      slots.addCohort(
        base,
        cohort,
        facetNames.map((name) => cohort[name] as object),
      );
    }
    return kinds.pick(vref, whole);
  };

  return {
    valueOf(vref, iface) {
      if (!isVirtualOrDurable(vref)) return slots.valueOf(vref) ?? make(vref, iface);
      const whole = slots.valueOf(baseOf(vref));
      if (whole === undefined) return makeInstance(vref, iface);
      return facetOf(vref) === undefined ? whole : kinds.pick(vref, whole);
    },
    withoutSubscribing(task) {
      const imported = new Set<VRef>();
      unsubscribed = imported;
      try {
        task();
      } finally {
        unsubscribed = undefined;
      }
      return imported;
    },
    revivePromise: (vpid) =>
      (slots.valueOf(vpid) as Promise<unknown> | undefined) ?? importPromise(vpid),
    devices,
  };
};
