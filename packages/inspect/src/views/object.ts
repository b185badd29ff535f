import type { KernelTables } from '@cooperage/kernel';
import type { Recording } from '@cooperage/recording';
import {
  isVatAllocated,
  type KObject,
  type KPromise,
  type KRef,
  type VatID,
} from '@cooperage/types';
import type { Past } from '../past.js';
import { type Retainer, retainersOf } from './retention.js';

/** A vat that has an entry for an object or a promise in its c-list. */
export interface Holder {
  readonly vat: string;
  readonly vatID: VatID;
  /** Its own name of it. */
  readonly vref: string;
  readonly isMaker: boolean;
}

export interface ObjectView {
  readonly kref: string;
  readonly name: string;
  readonly at: number;
  /** In its life as a whole, whether it is there at this crank or not. */
  readonly madeIn?: number;
  readonly endedIn?: number;
  /** The vat or process that made it. */
  readonly owner?: string;
  readonly exists: boolean;
  readonly holders: readonly Holder[];
  /** Why it is still there. */
  readonly retainers: readonly Retainer[];
  readonly promise?: {
    readonly state: string;
    readonly decider?: string;
    readonly subscribers: readonly string[];
    readonly resolution?: string;
    /** Calls that wait for it to be resolved. */
    readonly waiting: number;
  };
}

const holdersAt = (recording: Recording, tables: KernelTables, kref: KRef): Holder[] =>
  tables.vats.list().flatMap((vatID) => {
    const vref = tables.cLists.toVat(vatID, kref);
    if (vref === undefined) return [];
    return [{ vat: recording.nameOf(vatID), vatID, vref, isMaker: isVatAllocated(vref) }];
  });

const promiseAt = (recording: Recording, tables: KernelTables, kp: KPromise) => {
  const row = tables.promises.find(kp);
  if (row === undefined) return undefined;
  const life = recording.promises.get(kp);
  const isResolved = row.state !== 'unresolved';
  return {
    state: row.state,
    ...(row.state === 'unresolved' &&
      row.decider !== undefined && { decider: recording.nameOf(row.decider) }),
    subscribers:
      row.state === 'unresolved' ? row.subscribers.map((each) => recording.nameOf(each)) : [],
    ...(isResolved && life?.resolution !== undefined && { resolution: life.resolution }),
    waiting: row.queued,
  };
};

/** An object or a promise as it was after a crank, and its life as a whole. */
export const objectViewOf = (
  recording: Recording,
  past: Past,
  kref: string,
  at: number,
): ObjectView | undefined => {
  const object = recording.objects.get(kref as KObject);
  const promise = recording.promises.get(kref as KPromise);
  if (object === undefined && promise === undefined) return undefined;
  const tables = past.tablesAt(at);
  const now = promise === undefined ? undefined : promiseAt(recording, tables, kref as KPromise);
  const owner = object?.owner ?? promise?.madeBy;
  const endedIn = object?.deletedIn ?? promise?.resolvedIn;
  return {
    kref,
    name: recording.nameOf(kref),
    at,
    madeIn: (object?.madeIn ?? promise?.madeIn) as number,
    ...(endedIn !== undefined && { endedIn }),
    ...(owner !== undefined && { owner: recording.nameOf(owner) }),
    exists: past.rowAt(kref, at) !== undefined,
    holders: holdersAt(recording, tables, kref as KRef),
    retainers: retainersOf(recording, past, tables, kref as KRef, at),
    ...(now !== undefined && { promise: now }),
  };
};
