/**
 * The kernel side's half of the rules for deliveries and records that cross: what depends on what was on its way when,
 * and is asked in more than one place. The simulator's mutations show that each rule is needed.
 */
import type { CListEntry } from '../tables/references/c-lists.js';

/**
 * A later delivery than `n` has named it. Record `n` drops or retires an import, or resolves a promise and forgets it:
 * the vat will meet the reference anew, and has let go of the old one only.
 */
export const isNamedAfter = ({ named }: CListEntry, n: number): boolean => named > n;

/** The kernel is letting go of an export, or has: a vat that names it has it taken back. */
export const isBeingReleased = ({ reachable, dropping, retiring }: CListEntry): boolean =>
  dropping !== 0 || retiring !== 0 || !reachable;
