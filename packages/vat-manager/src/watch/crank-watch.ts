/**
 * What is told about each crank beside what came of it: what it was, what caused it, and how long it took. Kept in
 * memory, beside the deliveries and not in them: no vat can see it, and it is no part of the kernel's state.
 */
import { type Core, type CoreOptions, isThread, makeCore, type Retired } from '@cooperage/kernel';
import type { VatID } from '@cooperage/types';
import { makeTimeLog, momentOf, type TimeLog } from './time-log.js';

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
  /** The crank that caused the delivery; absent if the host did, and for deliveries that were out at the start. */
  readonly cause?: CrankName;
  /**
   * Milliseconds that it ran, as its worker says; where that is nothing or cannot be true, from when it was handed out,
   * and the crank before it was done, until its record was there.
   */
  readonly duration?: number;
  /** Milliseconds in the inbox, from its cause until it was handed out. */
  readonly waited?: number;
}

/** A function that is called after each crank. */
export interface CrankWatchers {
  /** Whether a host listens now: where none does, and no history is kept, each call costs next to nothing. */
  readonly isWanted: () => boolean;
  /** Where a history is kept. */
  readonly timeLog: Pick<TimeLog, 'ran'> | undefined;
}

/** What a worker says of a crank: anything. */
export interface SaidOfCrank {
  /** Milliseconds since 1970. */
  readonly began: unknown;
  readonly ended: unknown;
  /** The number of a thread. */
  readonly thread: unknown;
}

export interface CrankWatch {
  /** A delivery was handed out. */
  handedOut(vatID: VatID, n: number): void;
  /** What its worker says of the crank whose record arrives next. */
  ran(vatID: VatID, said: SaidOfCrank): void;
  /** The next record of the vat has arrived. */
  arrived(vatID: VatID): void;
  /** The vat's worker is lost: the next one runs the deliveries again whose records are not retired. */
  workerLost(vatID: VatID): void;
  /** The host has done something. */
  input(): void;
  retired(retired: Retired): RetiredCrank;
}

/** As `performance.now()` has it. */
interface Span {
  readonly began: number;
  readonly ended: number;
}

interface Said {
  readonly span: Span | undefined;
  readonly thread: number | undefined;
}

interface Timing {
  handedOut?: number;
  arrived?: number;
  /** When the record before it was there. */
  before?: number;
  /** What the worker said. */
  said?: Said;
}

/** When it ran; undefined where it was not seen from its beginning to its end. */
const spanOf = ({ handedOut, arrived, before, said }: Timing): Span | undefined => {
  if (handedOut === undefined || arrived === undefined) return undefined;
  if (said?.span !== undefined) {
    // The clocks of two threads differ by a little.
    const began = Math.max(said.span.began, handedOut);
    const ended = Math.min(said.span.ended, arrived);
    if (began <= ended) return { began, ended };
  }
  return { began: Math.max(handedOut, before ?? 0), ended: arrived };
};

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

/** @param now milliseconds, as `performance.now()` has them */
export const makeCrankWatch = (
  { kernel }: Pick<Core, 'kernel'>,
  { isWanted, timeLog }: CrankWatchers,
  now: () => number = () => performance.now(),
): CrankWatch => {
  const isTimed = (): boolean => timeLog !== undefined || isWanted();
  const { inboxes } = kernel.tables;
  const origins = new Map<number, Origin>();
  const timings = new Map<VatID, Map<number, Timing>>();
  const newestRecord = new Map<VatID, number>();
  const said = new Map<VatID, Said>();
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
    { handedOut }: Timing,
    span: Span | undefined,
    origin: Origin | undefined,
  ): Pick<RetiredCrank, 'duration' | 'waited'> => ({
    ...(span !== undefined && { duration: span.ended - span.began }),
    ...(handedOut !== undefined &&
      origin !== undefined && { waited: Math.max(0, handedOut - origin.at) }),
  });

  return {
    handedOut: (vatID, n) => {
      if (isTimed()) timingsOf(vatID).set(n, { handedOut: now() });
    },
    ran: (vatID, { began, ended, thread }) => {
      if (!isTimed()) return;
      const { timeOrigin } = performance;
      const isSpan = Number.isFinite(began) && Number.isFinite(ended);
      said.set(vatID, {
        span: isSpan
          ? { began: (began as number) - timeOrigin, ended: (ended as number) - timeOrigin }
          : undefined,
        thread: isThread(thread) ? thread : undefined,
      });
    },
    arrived: (vatID) => {
      if (!isTimed()) return;
      const time = now();
      const word = said.get(vatID);
      said.delete(vatID);
      const before = newestRecord.get(vatID);
      newestRecord.set(vatID, time);
      for (const timing of timings.get(vatID)?.values() ?? []) {
        if (timing.arrived !== undefined) continue;
        timing.arrived = time;
        if (word !== undefined) timing.said = word;
        if (before !== undefined) timing.before = before;
        return;
      }
    },
    workerLost: (vatID) => {
      for (const timing of timings.get(vatID)?.values() ?? []) {
        delete timing.arrived;
        delete timing.said;
      }
    },
    input: () => {
      recordIssues(undefined);
      if (timeLog === undefined) return;
      const moment = momentOf(now());
      timeLog.ran(moment, moment);
    },
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
      const span = spanOf(timing);
      if (span !== undefined) {
        timeLog?.ran(momentOf(span.began), momentOf(span.ended), timing.said?.thread);
      }
      if (!isWanted()) return retired;
      return {
        ...retired,
        ...(tag === 'message' && delivery !== undefined && messageIn(delivery)),
        ...(origin?.cause !== undefined && { cause: origin.cause }),
        ...timesOf(timing, span, origin),
      };
    },
  };
};

export interface WatchedCore {
  readonly core: Core;
  readonly watch: CrankWatch;
  readonly timeLog: TimeLog | undefined;
}

/** A core whose inputs and arriving records a watch observes. */
export const makeWatchedCore = (
  events: { readonly wantsCranks?: () => boolean },
  options: CoreOptions,
): WatchedCore => {
  const made = makeCore(options);
  const timeLog =
    options.digest === undefined
      ? undefined
      : makeTimeLog({
          kernel: made.kernel,
          isRetiring: () => made.isRetiring,
          withoutHistory: (act) => made.withoutHistory(act),
        });
  const isWanted = (): boolean => events.wantsCranks?.() === true;
  const watch = makeCrankWatch(made, { isWanted, timeLog });
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
  return { core: Object.assign(Object.create(made) as Core, heard), watch, timeLog };
};
