import { insistPeerID, type PeerID } from '@cooperage/types';
import type { ShardLife } from '../log/shard-log.js';

/** The name of one life of a shard for the kernels of other shards. */
export const peerOf = ({ id, incarnation }: ShardLife): PeerID =>
  insistPeerID(`${id}~${incarnation}`);

export const lifeOf = (peer: PeerID): ShardLife => {
  const at = peer.indexOf('~');
  return { id: peer.slice(0, at), incarnation: Number(peer.slice(at + 1)) };
};
