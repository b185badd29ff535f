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
  hold(kref: KRef): void;
  /** One less. */
  release(kref: KRef): void;
  holdReachable(ko: KObject): void;
  holdRecognizable(ko: KObject): void;
  releaseReachable(ko: KObject): void;
  releaseRecognizable(ko: KObject): void;
  holdAll(data: CapData<KRef>): void;
  releaseAll(data: CapData<KRef>): void;
  /** What a queued message holds besides its target: its arguments and the promise for its result. */
  holdMessage(message: Message<KRef>): void;
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

  const hold = (kref: KRef): void =>
    isObject(kref) ? change(kref, 1, 1) : changePromise(kref as KPromise, 1, false);
  const release = (kref: KRef): void =>
    isObject(kref) ? change(kref, -1, -1) : changePromise(kref as KPromise, -1, true);
  const releaseMoved = (kref: KRef): void =>
    isObject(kref) ? change(kref, -1, -1) : changePromise(kref as KPromise, -1, false);

  return {
    hold,
    release,
    holdReachable: (ko) => change(ko, 1, 0),
    holdRecognizable: (ko) => change(ko, 0, 1),
    releaseReachable: (ko) => change(ko, -1, 0),
    releaseRecognizable: (ko) => change(ko, 0, -1),
    holdAll: (data) => data.slots.forEach(hold),
    releaseAll: (data) => data.slots.forEach(release),
    holdMessage: ({ methargs, result }) => {
      methargs.slots.forEach(hold);
      if (result !== null) hold(result);
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
