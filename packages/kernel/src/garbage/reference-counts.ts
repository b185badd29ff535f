import {
  type CapData,
  type KObject,
  type KPromise,
  type KRef,
  type Message,
  type Pace,
  sortInSlices,
  type Work,
} from '@cooperage/types';
import { panic } from '../panic.js';
import type { Objects } from '../tables/references/objects.js';
import { isDetour, type Promises } from '../tables/references/promises.js';

/**
 * The reference counts. Objects have two: of references that can be sent to (reachable), and of those that can at
 * least be compared (recognizable). Promises have one. What falls to zero, and promises that may have become part of
 * an unreachable cycle, become candidates of the collection at the end of the crank.
 */
export interface ReferenceCounts {
  /** Adds a reachable reference. */
  retain(kref: KRef): void;
  /** Removes one. */
  release(kref: KRef): void;
  retainReachable(ko: KObject): void;
  retainRecognizable(ko: KObject): void;
  releaseReachable(ko: KObject): void;
  releaseRecognizable(ko: KObject): void;
  retainAll(data: CapData<KRef>): void;
  releaseAll(data: CapData<KRef>): void;
  /** Adds the references of a queued message besides its target: its arguments and its result promise. */
  retainMessage(message: Message<KRef>): void;
  releaseMessage(message: Message<KRef>): void;
  /** Removes references that were added elsewhere just before: this cannot make a cycle unreachable. */
  releaseMoved(message: Message<KRef>): void;
  /** Examines the object or promise at the end of the crank, whatever its counts were. */
  recheck(kref: KRef): void;
  /** Returns the candidates, oldest reference first, and empties the list. */
  takeCandidates(pace: Pace): Work<KRef[]>;
  forgetCandidates(): void;
}

const isObject = (kref: KRef): kref is KObject => kref.startsWith('ko');

/** Numbers have no leading zeros. */
const byAge = (a: KRef, b: KRef): number =>
  a.length !== b.length ? a.length - b.length : a < b ? -1 : a > b ? 1 : 0;

export const makeReferenceCounts = (objects: Objects, promises: Promises): ReferenceCounts => {
  const candidates = new Set<KRef>();

  const change = (ko: KObject, reachable: number, recognizable: number): void => {
    const row = objects.get(ko);
    row.reachable += reachable;
    row.recognizable += recognizable;
    if (row.reachable < 0 || row.recognizable < row.reachable) {
      panic(`counts of ${ko}: ${row.reachable} reachable, ${row.recognizable} recognizable`);
    }
    objects.put(ko, row);
    if (row.reachable === 0) candidates.add(ko);
  };

  const changePromise = (kp: KPromise, by: number, mayCloseCycle: boolean): void => {
    const row = promises.get(kp);
    row.references += by;
    if (row.references < 0) panic(`${kp} was released once too often`);
    promises.put(kp, row);
    const inCycle =
      row.links || row.follows !== undefined || (row.queued > 0 && row.decider === undefined);
    if (row.references === 0 || (mayCloseCycle && inCycle) || isDetour(row)) candidates.add(kp);
  };

  const retain = (kref: KRef): void =>
    isObject(kref) ? change(kref, 1, 1) : changePromise(kref as KPromise, 1, false);
  const release = (kref: KRef): void =>
    isObject(kref) ? change(kref, -1, -1) : changePromise(kref as KPromise, -1, true);
  const releaseMoved = (kref: KRef): void =>
    isObject(kref) ? change(kref, -1, -1) : changePromise(kref as KPromise, -1, false);

  return {
    retain,
    release,
    retainReachable: (ko) => change(ko, 1, 0),
    retainRecognizable: (ko) => change(ko, 0, 1),
    releaseReachable: (ko) => change(ko, -1, 0),
    releaseRecognizable: (ko) => change(ko, 0, -1),
    retainAll: (data) => data.slots.forEach(retain),
    releaseAll: (data) => data.slots.forEach(release),
    retainMessage: ({ methargs, result }) => {
      methargs.slots.forEach(retain);
      if (result !== null) retain(result);
    },
    releaseMessage: ({ methargs, result }) => {
      methargs.slots.forEach(release);
      if (result !== null) release(result);
    },
    releaseMoved: ({ methargs, result }) => {
      methargs.slots.forEach(releaseMoved);
      if (result !== null) releaseMoved(result);
    },
    recheck: (kref) => {
      candidates.add(kref);
    },
    *takeCandidates(pace) {
      const taken = [...candidates];
      candidates.clear();
      yield* sortInSlices(taken, byAge, pace);
      return taken;
    },
    forgetCandidates: () => candidates.clear(),
  };
};
