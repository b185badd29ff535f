/**
 * What is told about each crank beside what came of it: what it was, what caused it, and how long it took. Kept in
 * memory, beside the deliveries and not in them: no vat can see it, and it is no part of the kernel's state.
 */
import { type Core, type CoreOptions, makeCore, type Retired } from '@cooperage/kernel';
import type { VatID } from '@cooperage/types';

/** A crank by its vat and the number of its delivery. */
export interface CrankName {
  readonly vatID: VatID;
  readonly n: number;
}

export interface RetiredCrank extends Retired {
  /** What was delivered: `message`, `notify`, `startVat`, … */
  readonly tag?: string;
  /** Of a message: the vat's name of the object, such as `o+0`. */
  readonly target?: string;
  /** Of a message to a method: its name. */
  readonly method?: string;
  /** The crank that made the delivery; absent where the host did, and for what was under way at the start. */
  readonly cause?: CrankName;
  /** Milliseconds from when it was handed out, and the crank before it was done, until its record was there. */
  readonly duration?: number;
  /** Milliseconds in the inbox, from its cause until it was handed out. */
  readonly waited?: number;
}

export interface CrankWatch {
  /** A delivery was handed out. */
  handedOut(vatID: VatID, n: number): void;
  /** The next record of the vat is there. */
  arrived(vatID: VatID): void;
  /** The vat's worker is gone: what it has answered and is not retired it answers again. */
  workerLost(vatID: VatID): void;
  /** The host has done something. */
  input(): void;
  retired(retired: Retired): RetiredCrank;
}

interface Timing {
  handedOut?: number;
  arrived?: number;
  /** When the record before it was there. */
  before?: number;
}

/** What caused the deliveries up to an issue number, and when. */
interface Origin {
  readonly cause: CrankName | undefined;
  readonly at: number;
}

/** Where in its text a message names its target and its method: the beginning is enough. */
const HEAD = 2_000;
const TARGET = /"delivery":\["message","([^"]{1,100})"/;
const MESSAGE =
  /"delivery":\["message","([^"]{1,100})",\{"methargs":\{"body":"#\[\\"((?:[^"\\]|\\[^"]){0,200})\\"/;

const messageIn = (text: string): Pick<RetiredCrank, 'target' | 'method'> => {
  const head = text.slice(0, HEAD);
  const [, target, method] = MESSAGE.exec(head) ?? TARGET.exec(head) ?? [];
  return { ...(target !== undefined && { target }), ...(method !== undefined && { method }) };
};

/** @param isWanted whether anything is to be noted: where not, each call costs next to nothing */
export const makeCrankWatch = (
  { kernel }: Pick<Core, 'kernel'>,
  isWanted: () => boolean,
  now: () => number = () => performance.now(),
): CrankWatch => {
  const { inboxes } = kernel.tables;
  const origins = new Map<number, Origin>();
  const timings = new Map<VatID, Map<number, Timing>>();
  const newestRecord = new Map<VatID, number>();
  let seen: number = inboxes.newestIssue();

  const timingsOf = (vatID: VatID): Map<number, Timing> => {
    const known = timings.get(vatID) ?? new Map<number, Timing>();
    timings.set(vatID, known);
    return known;
  };

  /** What has got an issue number since the last look was made by this crank, or by the host. */
  const recordIssues = (cause: CrankName | undefined): void => {
    const newest = inboxes.newestIssue();
    if (isWanted()) {
      const origin = { cause, at: now() };
      for (let issue = seen + 1; issue <= newest; issue += 1) origins.set(issue, origin);
    }
    seen = newest;
  };

  const timesOf = (
    { handedOut, arrived, before }: Timing,
    origin: Origin | undefined,
  ): Pick<RetiredCrank, 'duration' | 'waited'> => ({
    ...(handedOut !== undefined &&
      arrived !== undefined && { duration: arrived - Math.max(handedOut, before ?? 0) }),
    ...(handedOut !== undefined &&
      origin !== undefined && { waited: Math.max(0, handedOut - origin.at) }),
  });

  return {
    handedOut: (vatID, n) => {
      if (isWanted()) timingsOf(vatID).set(n, { handedOut: now() });
    },
    arrived: (vatID) => {
      if (!isWanted()) return;
      const time = now();
      const before = newestRecord.get(vatID);
      newestRecord.set(vatID, time);
      for (const timing of timings.get(vatID)?.values() ?? []) {
        if (timing.arrived !== undefined) continue;
        timing.arrived = time;
        if (before !== undefined) timing.before = before;
        return;
      }
    },
    workerLost: (vatID) => {
      for (const timing of timings.get(vatID)?.values() ?? []) delete timing.arrived;
    },
    input: () => recordIssues(undefined),
    retired: (retired) => {
      const { vatID, n, issue, delivery, tag } = retired;
      recordIssues({ vatID, n });
      const origin = issue === undefined ? undefined : origins.get(issue);
      const timing = timings.get(vatID)?.get(n) ?? {};
      if (issue !== undefined) origins.delete(issue);
      timings.get(vatID)?.delete(n);
      if (!kernel.tables.vats.isAlive(vatID)) {
        timings.delete(vatID);
        newestRecord.delete(vatID);
      }
      if (!isWanted()) return retired;
      return {
        ...retired,
        ...(tag === 'message' && delivery !== undefined && messageIn(delivery)),
        ...(origin?.cause !== undefined && { cause: origin.cause }),
        ...timesOf(timing, origin),
      };
    },
  };
};

export interface WatchedCore {
  readonly core: Core;
  readonly watch: CrankWatch;
}

/** A core of which a watch hears what the host does and what workers say. */
export const makeWatchedCore = (
  events: { readonly wantsCranks?: () => boolean },
  options: CoreOptions,
): WatchedCore => {
  const made = makeCore(options);
  const watch = makeCrankWatch(made, () => events.wantsCranks?.() === true);
  const heard: Pick<Core, 'arrived' | 'workerLost' | 'input'> = {
    arrived: (vatID, text) => {
      watch.arrived(vatID);
      made.arrived(vatID, text);
    },
    workerLost: (vatID) => {
      watch.workerLost(vatID);
      made.workerLost(vatID);
    },
    input: (act) => {
      const result = made.input(act);
      watch.input();
      return result;
    },
  };
  return { core: Object.assign(Object.create(made) as Core, heard), watch };
};
