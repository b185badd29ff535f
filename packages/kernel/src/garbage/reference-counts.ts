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
 * Counts who holds what. Objects are counted twice, by those who can send to
 * them (reachable) and by all who can compare them (recognizable); promises
 * once. What falls to zero, and promises that may have become part of a
 * forgotten circle, are noted for the collection at the end of the crank.
 */
export interface ReferenceCounts {
  /** One more holder who can reach it. */
  retain(kref: KRef): void;
  /** One less. */
  release(kref: KRef): void;
  retainReachable(ko: KObject): void;
  retainRecognizable(ko: KObject): void;
  releaseReachable(ko: KObject): void;
  releaseRecognizable(ko: KObject): void;
  retainAll(data: CapData<KRef>): void;
  releaseAll(data: CapData<KRef>): void;
  /** What a queued message holds besides its target: its arguments and the promise for its result. */
  retainMessage(message: Message<KRef>): void;
  releaseMessage(message: Message<KRef>): void;
  /** The same where something else took hold of all of it before: no circle can be forgotten by that. */
  releaseMoved(message: Message<KRef>): void;
  /** Look at it at the end of the crank, whatever its counts were. */
  recheck(kref: KRef): void;
  /** What was noted, oldest reference first; the notes are empty afterwards. */
  takeNoted(pace: Pace): Work<KRef[]>;
  forgetNoted(): void;
}

const isObject = (kref: KRef): kref is KObject => kref.startsWith('ko');

/** Numbers are written without leading zeros. */
const byAge = (a: KRef, b: KRef): number =>
  a.length !== b.length ? a.length - b.length : a < b ? -1 : a > b ? 1 : 0;

export const makeReferenceCounts = (objects: Objects, promises: Promises): ReferenceCounts => {
  const noted = new Set<KRef>();

  const change = (ko: KObject, reachable: number, recognizable: number): void => {
    const row = objects.get(ko);
    row.reachable += reachable;
    row.recognizable += recognizable;
    if (row.reachable < 0 || row.recognizable < row.reachable) {
      panic(`counts of ${ko}: ${row.reachable} reachable, ${row.recognizable} recognizable`);
    }
    objects.put(ko, row);
    if (row.reachable === 0) noted.add(ko);
  };

  const changePromise = (kp: KPromise, by: number, mayCloseCircle: boolean): void => {
    const row = promises.get(kp);
    row.references += by;
    if (row.references < 0) panic(`${kp} was released once too often`);
    promises.put(kp, row);
    const inCircle =
      row.links || row.follows !== undefined || (row.queued > 0 && row.decider === undefined);
    if (row.references === 0 || (mayCloseCircle && inCircle) || isDetour(row)) noted.add(kp);
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
      noted.add(kref);
    },
    *takeNoted(pace) {
      const taken = [...noted];
      noted.clear();
      yield* sortInSlices(taken, byAge, pace);
      return taken;
    },
    forgetNoted: () => noted.clear(),
  };
};
