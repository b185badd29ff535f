import type { KPromise, KRef, Pace, Work } from '@cooperage/types';
import { isObjectRef } from '../messages/routing.js';
import type { KernelTables } from '../tables/kernel-tables.js';

/** The promises that one promise references, once for each reference. */
const heldBy = function* (
  { promises }: KernelTables,
  kp: KPromise,
  pace: Pace,
): Work<readonly KPromise[]> {
  const row = promises.get(kp);
  if (row.follows !== undefined) return [row.follows];
  const held: KRef[] = [];
  if (row.state !== 'unresolved') {
    if (row.links) for (const slot of promises.getData(kp).slots) held.push(slot);
  } else if (row.decider === undefined) {
    for (const { methargs, result } of promises.messages(kp, row)) {
      for (const slot of methargs.slots) held.push(slot);
      if (result !== null) held.push(result);
      if (pace.spend(1)) yield;
    }
  }
  return held.filter((kref): kref is KPromise => !isObjectRef(kref));
};

/**
 * Promises that are resolved in a cycle, or wait for one another in a cycle without a decider, reference one another
 * and are never freed by counting. This function looks at promises that lost a reference and at all promises that
 * they lead to. If every reference to some of them comes from one of these promises, none of them is reachable.
 *
 * @returns undefined where there is more to look at than `most`, a number of promises and references
 *
 * It is the trial deletion of Bacon and Rajan, "Concurrent Cycle Collection in Reference Counted Systems" (2001), on
 * the promise table. It runs for all suspects together, because suspects of one chain lead to the same promises.
 */
export const findForgottenCycles = function* (
  tables: KernelTables,
  suspects: readonly KPromise[],
  most: number,
  pace: Pace,
): Work<KPromise[] | undefined> {
  const { promises } = tables;
  const edges = new Map<KPromise, readonly KPromise[]>();
  const inside = new Map<KPromise, number>();
  const queue: KPromise[] = [...suspects];
  let seen = 0;
  for (let kp = queue.pop(); kp !== undefined; kp = queue.pop()) {
    if (edges.has(kp)) continue;
    const held = yield* heldBy(tables, kp, pace);
    edges.set(kp, held);
    seen += 1 + held.length;
    if (seen > most) return undefined;
    for (const other of held) {
      inside.set(other, (inside.get(other) ?? 0) + 1);
      queue.push(other);
    }
    if (pace.spend(1 + held.length)) yield;
  }

  // What is referenced from outside the cycle, and all that it leads to, stays.
  const living = new Set<KPromise>();
  const visit: KPromise[] = [];
  for (const kp of edges.keys()) {
    if (promises.get(kp).references > (inside.get(kp) ?? 0)) visit.push(kp);
    if (pace.spend(1)) yield;
  }
  for (let kp = visit.pop(); kp !== undefined; kp = visit.pop()) {
    if (living.has(kp)) continue;
    living.add(kp);
    for (const other of edges.get(kp) as readonly KPromise[]) visit.push(other);
    if (pace.spend(1)) yield;
  }
  return [...edges.keys()].filter((kp) => !living.has(kp));
};
