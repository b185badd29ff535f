import {
  errorCapData,
  type KernelResolution,
  type KPromise,
  LIMITS,
  type Pace,
  sizeOf,
  type Work,
} from '@cooperage/types';
import { isObjectRef } from './routing.js';
import type { KernelTables } from '../tables/kernel-tables.js';

/** Characters of a resolution besides its data: references and punctuation of the notify. */
const ENVELOPE = 60;

const TOO_LARGE = errorCapData(
  `the promise is part of a cycle of resolved promises whose data exceed ${LIMITS.notifyLength} characters together`,
);

/** All resolved promises that `start` leads to; undefined if they exceed one delivery. */
const allFrom = function* (
  { promises }: KernelTables,
  start: KPromise,
  pace: Pace,
): Work<Map<KPromise, KernelResolution> | undefined> {
  const found = new Map<KPromise, KernelResolution>();
  const queue: KPromise[] = [start];
  let length = 0;
  // A queue that grows while it is walked: shifting a long array is slow.
  for (const kp of queue) {
    if (found.has(kp)) continue;
    const { state } = promises.get(kp);
    if (state === 'unresolved') continue;
    const data = promises.getData(kp);
    length += sizeOf(data) + ENVELOPE;
    if (length > LIMITS.notifyLength && found.size > 0) return undefined;
    found.set(kp, [kp, { state, data }]);
    for (const slot of data.slots) if (!isObjectRef(slot)) queue.push(slot as KPromise);
    if (pace.spend(1 + data.slots.length / 8)) yield;
  }
  return found;
};

/** The resolved promises that `start` leads to and that lead back to it, including itself; reads no data. */
const cycleOf = function* (
  { promises }: KernelTables,
  start: KPromise,
  pace: Pace,
): Work<KPromise[]> {
  const namedBy = new Map<KPromise, KPromise[]>();
  const seen = new Set<KPromise>([start]);
  for (const kp of seen) {
    if (promises.get(kp).state === 'unresolved') continue;
    for (const other of promises.getLinks(kp)) {
      const namers = namedBy.get(other);
      if (namers === undefined) namedBy.set(other, [kp]);
      else namers.push(kp);
      seen.add(other);
      if (pace.spend(1)) yield;
    }
    if (pace.spend(1)) yield;
  }
  const cycle = new Set<KPromise>([start]);
  for (const kp of cycle) {
    for (const namer of namedBy.get(kp) ?? []) cycle.add(namer);
    if (pace.spend(1)) yield;
  }
  return [...seen].filter((kp) => cycle.has(kp));
};

/**
 * The resolution of one promise, with those of every resolved promise that its data leads to. If they were told one
 * by one, promises that name each other would get new vrefs without end. If they exceed one delivery, only the
 * promises that lead back to the first go together; the vat subscribes to the others when it sees them. A cycle that
 * exceeds one delivery is told as a rejection.
 */
export const resolutionsFrom = function* (
  tables: KernelTables,
  start: KPromise,
  pace: Pace,
): Work<KernelResolution[]> {
  const all = yield* allFrom(tables, start, pace);
  if (all !== undefined) return [...all.values()];
  const { promises } = tables;
  const cycle: KernelResolution[] = [];
  let length = 0;
  for (const kp of yield* cycleOf(tables, start, pace)) {
    const { state } = promises.get(kp);
    if (state === 'unresolved') continue;
    const data = promises.getData(kp);
    length += sizeOf(data) + ENVELOPE;
    if (length > LIMITS.notifyLength && cycle.length > 0) {
      return [[start, { state: 'rejected', data: TOO_LARGE }]];
    }
    cycle.push([kp, { state, data }]);
  }
  return cycle;
};
