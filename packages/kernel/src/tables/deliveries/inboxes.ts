import {
  AT_ONCE,
  byNumber,
  type BundleID,
  type CapData,
  type ChangeableVatOptions,
  finishWork,
  type IssueNumber,
  type KObject,
  type KPromise,
  type KRef,
  type Message,
  type Pace,
  type VatID,
  type VatOptions,
  type Work,
} from '@cooperage/types';
import { panic } from '../../panic.js';
import type { Quotas } from '../vats/accounts.js';
import type { CellCache } from '../cells.js';
import type { Counters } from '../counters.js';
import { keys } from '../schema.js';

/**
 * Work that waits for a vat. It has krefs and is translated when it is handed out: by then a notify may be void, and
 * an object may no longer be garbage.
 */
export type InboxWork =
  | readonly [tag: 'message', target: KObject, message: Message<KRef>]
  | readonly [tag: 'notify', promise: KPromise]
  /**
   * The next message that waits on a promise of which the vat is the decider; void if there is none, or another
   * decider.
   */
  | readonly [tag: 'pipelined', promise: KPromise]
  | readonly [tag: 'dropExports' | 'retireExports' | 'retireImports', objects: readonly KObject[]]
  | readonly [tag: 'startVat' | 'stopVat', data: CapData<KRef>]
  | readonly [tag: 'bringOutYourDead']
  | ExclusiveWork;

/** The request of an upgrade. */
export interface UpgradeRequest {
  readonly bundleID: BundleID;
  /** If absent, the vat keeps its parameters. */
  readonly vatParameters?: CapData<KRef>;
  /** The reason with which unresolved promises of the old incarnation are rejected. */
  readonly upgradeMessage: string;
  /** Settled when the upgrade is over. */
  readonly result: KPromise;
}

/** The request to change options. */
export interface OptionsRequest {
  readonly options: ChangeableVatOptions;
  /** Settled when the change has taken effect. */
  readonly result: KPromise;
}

/** The request of a fork. */
export interface ForkRequest {
  /** Objects for which new references are requested, with their interface names. */
  readonly objects: readonly (readonly [kref: KRef, iface: string])[];
  /** Options of the child that differ from its parent's. */
  readonly options: Partial<VatOptions>;
  readonly quotas: Quotas;
  /** The requester, whose account is charged. */
  readonly from: VatID | 'host';
  /** Settled when the child exists. */
  readonly result: KPromise;
}

/** Work that waits until the vat's window is empty; nothing behind it is handed out before it is complete. */
export type ExclusiveWork =
  | readonly [tag: 'upgrade', request: UpgradeRequest]
  | readonly [tag: 'changeOptions', request: OptionsRequest]
  | readonly [tag: 'fork', request: ForkRequest]
  | readonly [tag: 'takeOffline', result: KPromise];

const EXCLUSIVE: ReadonlySet<InboxWork[0]> = new Set<ExclusiveWork[0]>([
  'upgrade',
  'changeOptions',
  'fork',
  'takeOffline',
]);

export const isExclusive = (work: InboxWork): work is ExclusiveWork => EXCLUSIVE.has(work[0]);

/** Whether a caller waits for its result. */
const isAwaited = (work: InboxWork): boolean =>
  work[0] === 'message' || work[0] === 'pipelined' || isExclusive(work);

/**
 * Whether the work waits until the window is empty, because a record on its way could resolve the promise that the
 * message is for.
 */
export const waitsForQuiet = (work: InboxWork): boolean =>
  isExclusive(work) || work[0] === 'pipelined';

export interface InboxEntry {
  readonly issue: IssueNumber;
  readonly work: InboxWork;
}

export interface TakenCalls {
  readonly taken: readonly Extract<InboxWork, readonly ['message', ...unknown[]]>[];
  readonly isComplete: boolean;
}

export interface Inboxes {
  /** Gives the delivery its issue number. */
  append(vatID: VatID, work: InboxWork): void;
  first(vatID: VatID): InboxEntry | undefined;
  /** Removes the first entry; its issue number stays open. */
  shift(vatID: VatID): void;
  /** Moves the entry `place` places behind the first one before it. */
  advanceEntry(vatID: VatID, place: number): void;
  /** Removes the first upgrade in the inbox; its issue number stays open. */
  takeUpgrade(
    vatID: VatID,
  ): { readonly issue: IssueNumber; readonly request: UpgradeRequest } | undefined;
  /**
   * Removes messages whose caller waits for the result, with an issue number up to `upTo`, at most `most`.
   * `isComplete`: none of them is left.
   */
  takeCalls(vatID: VatID, upTo: IssueNumber, most: number): TakenCalls;
  /** Inserts work before all entries; all get new issue numbers. */
  prepend(vatID: VatID, work: readonly InboxWork[]): void;
  /** From the first to the last. */
  list(vatID: VatID): InboxEntry[];
  /** The same, one by one. */
  entries(vatID: VatID): IterableIterator<InboxEntry>;
  length(vatID: VatID): number;
  /** Gives all entries new issue numbers, in the same order: they go behind all other work. */
  postpone(vatID: VatID): void;
  /** The same in slices. */
  postponeInSlices(vatID: VatID, pace: Pace): Work;
  /** The newest issue number. */
  newestIssue(): IssueNumber;
  /** A new issue number for a delivery that has none. */
  issueTo(vatID: VatID): IssueNumber;
  /** A new issue number for a delivery that has one: it goes behind all other work. */
  renumber(vatID: VatID, issue: IssueNumber): IssueNumber;
  /** Closes an issue number: its delivery is complete. */
  close(issue: IssueNumber): void;
  /** Marks the vat as changed, although its inbox did not grow: more deliveries may be possible. */
  touch(vatID: VatID): void;
  /** Those that {@link Inboxes.takeTouched} would give, in any order. */
  touched(): Iterable<VatID>;
  /** Vats whose inbox grew since the last call, oldest first. */
  takeTouched(): VatID[];
  /** Paused vats to which work with a waiting caller was appended since the last call. */
  takeAwaited(): VatID[];
  /**
   * Advances the number up to which all issue numbers are closed or belong to paused vats. Call it once at the end of
   * each crank.
   */
  advance(): void;
  /** The lowest open issue number and its vat, without paused vats. */
  oldest(): { readonly issue: IssueNumber; readonly vatID: VatID } | undefined;
}

/**
 * @param isPaused the deliveries of paused vats are left out of the order, so that other vats do not wait for them
 */
export const makeInboxes = (
  cache: CellCache,
  counters: Counters,
  isPaused: (vatID: VatID) => boolean,
): Inboxes => {
  const parse = (text: string): InboxEntry => {
    const [issue, work] = JSON.parse(text) as [IssueNumber, InboxWork];
    return { issue, work };
  };
  const cells = cache.make({
    parse,
    format: ({ issue, work }) => JSON.stringify([issue, work]),
    weigh: ({ work }) => (work[0] === 'message' ? work[2].methargs.body.length : 0),
  });
  /** The vat of each issue number. */
  const issues = cache.make({ parse: (text) => text as VatID, format: String });
  const at = (vatID: VatID, i: number): InboxEntry =>
    cells.get(keys.inbox(vatID, i)) ?? panic(`entry ${i} of ${vatID}'s inbox is missing`);
  const length = (vatID: VatID): number =>
    counters.read(keys.inboxTail(vatID)) - counters.read(keys.inboxHead(vatID));
  const isOpen = (issue: number): boolean => {
    const vatID = issues.get(keys.issue(issue));
    return vatID !== undefined && !isPaused(vatID);
  };
  /** Numbers are dense, so the lowest open one is found by counting up. */
  const lastDone = (from: number): number => {
    const last = counters.read(keys.counter('issue'));
    let done = from;
    while (done < last && !isOpen(done + 1)) done += 1;
    return done;
  };
  const number = (vatID: VatID): IssueNumber => {
    const issue = counters.next(keys.counter('issue')) as IssueNumber;
    issues.add(keys.issue(issue), vatID);
    return issue;
  };
  const touched = new Set<VatID>();
  const awaited = new Set<VatID>();
  const entries = function* (vatID: VatID): IterableIterator<InboxEntry> {
    const last = counters.read(keys.inboxTail(vatID));
    for (let i = counters.read(keys.inboxHead(vatID)) + 1; i <= last; i += 1) yield at(vatID, i);
  };
  const list = (vatID: VatID): InboxEntry[] => [...entries(vatID)];
  const append = (vatID: VatID, work: InboxWork): void => {
    touched.add(vatID);
    if (isAwaited(work) && isPaused(vatID)) awaited.add(vatID);
    const issue = number(vatID);
    cells.add(keys.inbox(vatID, counters.next(keys.inboxTail(vatID))), { issue, work });
  };
  const shift = (vatID: VatID): void =>
    cells.delete(keys.inbox(vatID, counters.next(keys.inboxHead(vatID))));
  const advanceEntry = (vatID: VatID, place: number): void => {
    const first = counters.read(keys.inboxHead(vatID)) + 1;
    const entry = at(vatID, first + place);
    for (let i = first + place; i > first; i -= 1) {
      cells.set(keys.inbox(vatID, i), at(vatID, i - 1));
    }
    cells.set(keys.inbox(vatID, first), entry);
  };
  const postponeInSlices = function* (vatID: VatID, pace: Pace): Work {
    const last = counters.read(keys.inboxTail(vatID));
    for (let i = counters.read(keys.inboxHead(vatID)) + 1; i <= last; i += 1) {
      const { issue, work } = at(vatID, i);
      issues.delete(keys.issue(issue));
      cells.set(keys.inbox(vatID, i), { issue: number(vatID), work });
      if (pace.spend(2)) yield;
    }
  };
  return {
    length,
    list,
    append,
    shift,
    advanceEntry,
    takeUpgrade: (vatID) => {
      for (const [place, { issue, work }] of list(vatID).entries()) {
        if (work[0] !== 'upgrade') continue;
        advanceEntry(vatID, place);
        shift(vatID);
        return { issue, request: work[1] };
      }
      return undefined;
    },
    takeCalls: (vatID, upTo, most) => {
      const taken: TakenCalls['taken'][number][] = [];
      const kept: InboxEntry[] = [];
      let isComplete = true;
      for (const entry of entries(vatID)) {
        const { issue, work } = entry;
        // Later entries stand behind it, except upgrades, which may go ahead.
        if (issue > upTo && !isExclusive(work)) break;
        if (taken.length === most) {
          isComplete = false;
          break;
        }
        if (work[0] === 'message' && work[2].result !== null && issue <= upTo) {
          taken.push(work);
          issues.delete(keys.issue(issue));
        } else kept.push(entry);
      }
      const first = counters.read(keys.inboxHead(vatID)) + 1 + taken.length;
      for (const [i, entry] of kept.entries()) cells.set(keys.inbox(vatID, first + i), entry);
      for (let i = taken.length; i > 0; i -= 1) shift(vatID);
      return { taken, isComplete };
    },
    prepend: (vatID, work) => {
      const waiting = list(vatID);
      for (const { issue } of waiting) {
        issues.delete(keys.issue(issue));
        shift(vatID);
      }
      for (const each of [...work, ...waiting.map((entry) => entry.work)]) append(vatID, each);
    },
    touch: (vatID) => {
      touched.add(vatID);
    },
    first: (vatID) =>
      length(vatID) === 0 ? undefined : at(vatID, counters.read(keys.inboxHead(vatID)) + 1),
    entries,
    postpone: (vatID) => finishWork(postponeInSlices(vatID, AT_ONCE)),
    postponeInSlices,
    newestIssue: () => counters.read(keys.counter('issue')) as IssueNumber,
    issueTo: number,
    renumber: (vatID, issue) => {
      issues.delete(keys.issue(issue));
      return number(vatID);
    },
    close: (issue) => issues.delete(keys.issue(issue)),
    touched: () => [...touched],
    takeAwaited: () => {
      const taken = [...awaited].sort(byNumber);
      awaited.clear();
      return taken;
    },
    takeTouched: () => {
      const taken = [...touched].sort(byNumber);
      touched.clear();
      return taken;
    },
    advance: () => {
      const before = counters.read(keys.counter('retired'));
      const done = lastDone(before);
      if (done !== before) counters.write(keys.counter('retired'), done);
    },
    oldest: () => {
      const last = counters.read(keys.counter('issue'));
      for (let issue = counters.read(keys.counter('retired')) + 1; issue <= last; issue += 1) {
        const vatID = issues.get(keys.issue(issue));
        if (vatID !== undefined && !isPaused(vatID)) return { issue: issue as IssueNumber, vatID };
      }
      return undefined;
    },
  };
};
