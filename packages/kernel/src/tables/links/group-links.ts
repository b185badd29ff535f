import { type GroupLinks, insistPeerID, type PeerID, type PeerMessage } from '@cooperage/types';
import type { PeerRow } from './link-rows.js';

const PEER = 'peer.';
const LINK = 'link.';
const SENT = /^link\.(?<peer>[^.]{1,64})\.s\.(?<n>[0-9a-z]{1,11})$/u;

/** The peers of a kernel, by the keys of its rows. */
export const peersIn = function* (keys: Iterable<string>): IterableIterator<PeerID> {
  for (const key of keys) if (key.startsWith(PEER)) yield insistPeerID(key.slice(PEER.length));
};

/**
 * What a commit group of a kernel does to its links, for the store: messages are rows, and what was taken stands in the row
 * of the peer.
 */
export const groupLinks = (writes: ReadonlyMap<string, string | null>): GroupLinks => {
  const sent: PeerMessage[] = [];
  const taken: { readonly peer: PeerMessage['peer']; readonly upTo: number }[] = [];
  for (const [key, value] of writes) {
    if (value === null) continue;
    if (key.startsWith(PEER)) {
      const { taken: upTo } = JSON.parse(value) as PeerRow;
      if (upTo > 0) taken.push({ peer: insistPeerID(key.slice(PEER.length)), upTo });
    } else if (key.startsWith(LINK)) {
      const { peer, n } = SENT.exec(key)?.groups ?? {};
      if (n !== undefined) sent.push({ peer: insistPeerID(peer), n: parseInt(n, 36), text: value });
    }
  }
  sent.sort((a, b) => (a.peer === b.peer ? a.n - b.n : a.peer < b.peer ? -1 : 1));
  return { sent, taken };
};
