import type { KPromise, KRef } from '@cooperage/types';
import { isObjectRef } from './routing.js';
import type { KernelTables } from './tables/kernel-tables.js';

/**
 * Promises that are resolved in a circle, or that wait for one another in a
 * circle which nobody can resolve, hold one another and are never freed by
 * counting. This looks at one promise from which a holder has gone, and at all
 * that it leads to: if every reference to a member comes from a member, none
 * can ever be named again.
 *
 * The trial deletion of Bacon and Rajan, "Concurrent Cycle Collection in
 * Reference Counted Systems" (2001), on the promise table.
 */
export const findForgottenCircle = (tables: KernelTables, start: KPromise): KPromise[] => {
  const { promises } = tables;

  /** The promises that one promise holds, once for each time that it holds them. */
  const heldBy = (kp: KPromise): KPromise[] => {
    const row = promises.get(kp);
    if (row.follows !== undefined) return [row.follows];
    const held: KRef[] = [];
    if (row.state !== 'unresolved') {
      if (row.links) for (const slot of promises.getData(kp).slots) held.push(slot);
    } else if (row.decider === undefined) {
      for (const { methargs, result } of promises.messages(kp, row)) {
        for (const slot of methargs.slots) held.push(slot);
        if (result !== null) held.push(result);
      }
    }
    return held.filter((kref): kref is KPromise => !isObjectRef(kref));
  };

  const edges = new Map<KPromise, KPromise[]>();
  const inside = new Map<KPromise, number>();
  const queue: KPromise[] = [start];
  for (let kp = queue.pop(); kp !== undefined; kp = queue.pop()) {
    if (edges.has(kp)) continue;
    const held = heldBy(kp);
    edges.set(kp, held);
    for (const other of held) {
      inside.set(other, (inside.get(other) ?? 0) + 1);
      queue.push(other);
    }
  }

  // What somebody outside holds, and all that it leads to, lives.
  const living = new Set<KPromise>();
  const visit: KPromise[] = [];
  for (const kp of edges.keys()) {
    if (promises.get(kp).references > (inside.get(kp) ?? 0)) visit.push(kp);
  }
  for (let kp = visit.pop(); kp !== undefined; kp = visit.pop()) {
    if (living.has(kp)) continue;
    living.add(kp);
    for (const other of edges.get(kp) as KPromise[]) visit.push(other);
  }
  return [...edges.keys()].filter((kp) => !living.has(kp));
};
