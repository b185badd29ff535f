/** What peers hold of this kernel's objects. All that one peer holds of an object counts as one holder. */
import type { KObject, PeerID } from '@cooperage/types';
import type { KernelTables } from '../tables/kernel-tables.js';
import { type LentRow, sumOf } from '../tables/links/link-rows.js';
import type { Counts } from './link-message.js';

export interface Lending {
  /** Whether the peer was given the object and has not given it back. */
  isGiven(to: PeerID, ko: KObject): boolean;
  /** The peer `by` has given the object to `to` once more. */
  lend(to: PeerID, ko: KObject, by: PeerID): void;
  /** @returns false where that is more than this kernel itself has given */
  giveBack(from: PeerID, ko: KObject, counts: Counts, keeps: boolean): boolean;
  /** The object does not come back: the peer can no longer recognize it. */
  forget(holder: PeerID, ko: KObject): void;
  /** The peer is lost. */
  forgetAll(holder: PeerID): void;
}

const NOTHING: LentRow = { by: {}, keeps: false };
const isReached = ({ by }: LentRow): boolean => sumOf(by) > 0;

export const makeLending = ({ links, references }: KernelTables): Lending => {
  const set = (holder: PeerID, ko: KObject, row: LentRow): void => {
    const before = links.lent(holder, ko) ?? NOTHING;
    const wasReached = isReached(before);
    const wasKept = wasReached || before.keeps;
    const reached = isReached(row);
    const kept = reached || row.keeps;
    if (kept) links.setLent(holder, ko, row);
    else links.deleteLent(holder, ko);
    if (kept && !wasKept) references.retainRecognizable(ko);
    if (reached && !wasReached) references.retainReachable(ko);
    if (!reached && wasReached) references.releaseReachable(ko);
    if (!kept && wasKept) references.releaseRecognizable(ko);
  };

  const forget = (holder: PeerID, ko: KObject): void => set(holder, ko, NOTHING);

  return {
    isGiven: (to, ko) => isReached(links.lent(to, ko) ?? NOTHING),
    lend: (to, ko, by) => {
      const row = links.lent(to, ko) ?? NOTHING;
      set(to, ko, { ...row, by: { ...row.by, [by]: (row.by[by] ?? 0) + 1 } });
    },
    giveBack: (from, ko, counts, keeps) => {
      const { by } = links.lent(from, ko) ?? NOTHING;
      const self = links.self();
      const left: Record<PeerID, number> = {};
      for (const giver of new Set([...Object.keys(by), ...Object.keys(counts)]) as Set<PeerID>) {
        const rest = (by[giver] ?? 0) - (counts[giver] ?? 0);
        if (rest < 0 && giver === self) return false;
        // What another one says that it has given may have been a lie: then it was void.
        if (rest > 0) left[giver] = rest;
      }
      set(from, ko, { by: left, keeps });
      return true;
    },
    forget,
    forgetAll: (holder) => links.lentTo(holder).forEach((ko) => forget(holder, ko)),
  };
};
