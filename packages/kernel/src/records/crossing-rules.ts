/**
 * The kernel's half of the rules for deliveries and records that cross, where several places need them. The
 * simulator's mutations show that each rule is necessary.
 */
import type { CListEntry } from '../tables/references/c-lists.js';

/**
 * A later delivery than `n` has named the reference. Record `n` drops or retires an import, or resolves a promise;
 * the vat will see the reference anew, and has only forgotten the old one.
 */
export const isNamedAfter = ({ named }: CListEntry, n: number): boolean => named > n;

/** The kernel is releasing, or has released, an export: if the vat names it, that is taken back. */
export const isBeingReleased = ({ reachable, dropping, retiring }: CListEntry): boolean =>
  dropping !== 0 || retiring !== 0 || !reachable;
