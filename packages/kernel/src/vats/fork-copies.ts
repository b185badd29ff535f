import {
  isVatAllocated,
  type KObject,
  type KPromise,
  type KRef,
  type Pace,
  type VatID,
  type VRef,
  type Work,
} from '@cooperage/types';
import { isObjectRef } from '../messages/routing.js';
import type { KernelTables } from '../tables/kernel-tables.js';
import { keys } from '../tables/schema.js';

/** The rows of a fork, which are a copy of its parent's. */
export interface ForkCopies {
  /** In slices. @returns the child's object for each export of the parent */
  copyVat(parent: VatID, child: VatID): Work<Map<KObject, readonly [KObject, VRef]>>;
  /** The child also gets the notifies and retirements that the parent will get for references that both know. */
  copyNews(parent: VatID, child: VatID): void;
}

export const makeForkCopies = (tables: KernelTables, pace: Pace): ForkCopies => {
  const { cLists, counters, inboxes, objects, parameters, promises, rows } = tables;

  const copyRows = function* (from: VatID, to: VatID, part: 'vs' | 't' | 's'): Work {
    const prefix = `${from}.${part}.`;
    // Rows of earlier incarnations that are still to be deleted are not copied.
    const start = part === 't' ? keys.transcript(from, counters.read(keys.first(from))) : prefix;
    for (const key of [...rows.keys(start, `${from}.${part}/`)]) {
      rows.set(`${to}.${part}.${key.slice(prefix.length)}`, rows.get(key) as string);
      if (pace.spend(1)) yield;
    }
  };

  const copyCounters = (from: VatID, to: VatID): void => {
    for (const key of [keys.delivered, keys.acked, keys.incarnation, keys.first]) {
      const value = counters.read(key(from));
      if (value !== 0) counters.write(key(to), value);
    }
    for (const name of ['object', 'promise'] as const) {
      const value = counters.read(keys.vatCounter(from, name));
      if (value !== 0) counters.write(keys.vatCounter(to, name), value);
    }
  };

  /** The child's name for a promise that the parent knows: the same where others settle it, its own where it does. */
  const copyPromise = (parent: VatID, child: VatID, kp: KPromise): KPromise => {
    const row = promises.get(kp);
    if (row.state !== 'unresolved') return kp;
    const isAwaited = row.subscribers.includes(parent);
    if (row.decider !== parent) {
      if (isAwaited) promises.put(kp, { ...row, subscribers: [...row.subscribers, child] });
      return kp;
    }
    const own = promises.add(child);
    if (isAwaited) promises.put(own, { ...promises.get(own), subscribers: [child] });
    return own;
  };

  /** @returns the child's object for each export of the parent */
  const copyCList = function* (
    parent: VatID,
    child: VatID,
  ): Work<Map<KObject, readonly [KObject, VRef]>> {
    const exported = new Map<KObject, readonly [KObject, VRef]>();
    for (const [vref, entry] of [...cLists.list(parent)]) {
      const { kref } = entry;
      if (!isObjectRef(kref)) {
        cLists.copy(child, vref, entry, copyPromise(parent, child, kref as KPromise));
      } else if (isVatAllocated(vref)) {
        const own = objects.add(child);
        cLists.copy(child, vref, entry, own);
        exported.set(kref, [own, vref]);
      } else {
        cLists.copy(child, vref, entry, kref);
      }
      if (pace.spend(2)) yield;
    }
    return exported;
  };

  /** What names the parent's own objects and promises names the child's in its copy. */
  const copyParameters = (parent: VatID, child: VatID): void => {
    const { body, slots } = parameters.of(parent);
    const inChild = (kref: KRef): KRef => {
      const vref = cLists.toVat(parent, kref);
      return (vref && cLists.toKernel(child, vref)?.kref) ?? kref;
    };
    parameters.set(child, { body, slots: slots.map(inChild) });
  };

  return {
    *copyVat(parent, child) {
      copyCounters(parent, child);
      const exported = yield* copyCList(parent, child);
      copyParameters(parent, child);
      for (const part of ['vs', 't', 's'] as const) yield* copyRows(parent, child, part);
      return exported;
    },
    copyNews: (parent, child) => {
      for (const { work } of inboxes.list(parent)) {
        const isOfBoth =
          work[0] === 'retireImports' ||
          (work[0] === 'notify' && cLists.toVat(child, work[1]) !== undefined);
        if (isOfBoth) inboxes.append(child, work);
      }
    },
  };
};
