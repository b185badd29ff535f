import type { CListEntry } from '../tables/references/c-lists.js';
import { FORK_RULES, type ForkRules } from '../vats/forks.js';
import { PARKING_RULES, type ParkingRules } from '../vats/parked-deliveries.js';

/**
 * The kernel side's half of the rules for deliveries and records that cross:
 * every decision that depends on what was on its way when, in one place and by
 * name. There is one set of rules; the simulator switches them off one by one,
 * to show that it would notice.
 */
export interface CrossingRules {
  /**
   * Record `n` lets go of an import, and a later delivery has named it: the vat will meet it as a new
   * import, and has let go of the old one only.
   */
  dropIsStale(entry: CListEntry, n: number): boolean;
  retireIsStale(entry: CListEntry, n: number): boolean;
  /** Record `n` resolves a promise and forgets it, and a later delivery has named it. */
  resolveIsStale(entry: CListEntry, n: number): boolean;
  /** The vat has named an export while the kernel is letting go of it: the kernel takes that back. */
  takesBack(entry: CListEntry): boolean;
  /** The record of the delivery that drops an export is retired: the drop holds unless it was taken back. */
  dropIsFinal(entry: CListEntry, n: number): boolean;
  retireIsFinal(entry: CListEntry, n: number): boolean;
  /** What a delivery does to the c-list is final before the syscalls of its record are applied. */
  readonly finishesFirst: boolean;
  /** The kernel gives a promise a new name from the moment at which the news of it is handed out … */
  readonly forgetsNameAtHandOut: boolean;
  /** … and the vat may use the old one until the record of that delivery is retired. */
  readonly keepsNameUntilRetired: boolean;
  /** The news of a promise is void where earlier news carried it along. */
  readonly voidsOldNews: boolean;
  /** Garbage actions are checked again when they are handed out. */
  readonly checksGarbageAgain: boolean;
  /** What a delivery says of the newest record that the kernel had seen. */
  acked(retired: number, delivered: number): number;
  /** Whether a vat whose window has room is given what waits for it. */
  handsOut(): boolean;
  /** What has a vat to itself, and what a record on its way could make void, waits until nothing is out. */
  waits(waitsForQuiet: boolean, out: number): boolean;
  /** While something has a vat to itself, nothing else is handed out to it. */
  isBarred(isHeld: boolean): boolean;
  /** A vat that has filled the inbox of another is handed out nothing until that has room. */
  isSlowed(isSlowed: boolean): boolean;
  /** A vat in quarantine, or suspended, is handed out nothing. */
  standsStill(isHalted: boolean): boolean;
  readonly forks: ForkRules;
  readonly parking: ParkingRules;
}

export const CROSSING_RULES: CrossingRules = Object.freeze<CrossingRules>({
  dropIsStale: ({ named }, n) => named > n,
  retireIsStale: ({ named }, n) => named > n,
  resolveIsStale: ({ named }, n) => named > n,
  takesBack: ({ reachable, dropping, retiring }) => dropping !== 0 || retiring !== 0 || !reachable,
  dropIsFinal: ({ dropping }, n) => dropping === n,
  retireIsFinal: ({ retiring }, n) => retiring === n,
  finishesFirst: true,
  forgetsNameAtHandOut: true,
  keepsNameUntilRetired: true,
  voidsOldNews: true,
  checksGarbageAgain: true,
  acked: (retired) => retired,
  handsOut: () => true,
  waits: (waitsForQuiet, out) => waitsForQuiet && out > 0,
  isBarred: (isHeld) => isHeld,
  isSlowed: (isSlowed) => isSlowed,
  standsStill: (isHalted) => isHalted,
  forks: FORK_RULES,
  parking: PARKING_RULES,
});
