/** What this kernel sends to its peers: numbered, and kept until the peer is known to have taken it. */
import type { PeerID } from '@cooperage/types';
import { panic } from '../panic.js';
import { keys } from '../tables/schema.js';
import type { KernelTables } from '../tables/kernel-tables.js';
import { formatLinkMessage, type LinkOp, type PromiseName } from './link-message.js';

export interface Outbox {
  self(): PeerID;
  /** @returns the number of the message; 0 where the peer is lost, and nothing is sent */
  post(to: PeerID, op: LinkOp): number;
  /** The next message to `to` is taken after message `n` of `other`. */
  need(to: PeerID, other: PeerID, n: number): void;
  /** A name for a promise that was never used before. */
  newName(): PromiseName;
}

export const makeOutbox = ({ counters, links }: KernelTables): Outbox => {
  const self = (): PeerID =>
    links.self() ?? panic('a kernel that has no name for its peers is linked with one');
  return {
    self,
    post: (to, op) => {
      const { needs, ...row } = links.peer(to);
      if (row.lost !== undefined) return 0;
      const n = row.sent + 1;
      links.putPeer(to, { ...row, sent: n, needs: {} });
      links.addSent(to, n, formatLinkMessage({ n, needs, op }));
      return n;
    },
    need: (to, other, n) => {
      if (to === self() || n === 0) return;
      const row = links.peer(to);
      if (row.lost !== undefined) return;
      const least = Math.max(row.needs[other] ?? 0, n);
      links.putPeer(to, { ...row, needs: { ...row.needs, [other]: least } });
    },
    newName: () => `${self()}#${counters.next(keys.counter('linkName'))}`,
  };
};
