import type { GroupLinks, PeerID, PeerMessage, ReadGroupLinks } from '@cooperage/types';
import type { LinkColumns } from '../log/shard-log.js';
import { encodeBatch } from './batch-body.js';
import { lifeOf } from './peer-name.js';

export interface GroupColumns {
  readonly columns: LinkColumns;
  /** The shards that messages go to. */
  readonly receivers: readonly string[];
}

/** Messages to one peer with successive numbers. */
const batchesOf = (sent: GroupLinks['sent']): PeerMessage[][] => {
  const batches: PeerMessage[][] = [];
  for (const message of sent) {
    const last = batches.at(-1)?.at(-1);
    if (last?.peer === message.peer && last.n + 1 === message.n) batches.at(-1)?.push(message);
    else batches.push([message]);
  }
  return batches;
};

/** Undefined for a group that does nothing to links. What was said to be taken before is not said again. */
export const makeGroupColumns = (
  read: ReadGroupLinks,
): ((writes: ReadonlyMap<string, string | null>) => Promise<GroupColumns | undefined>) => {
  const known = new Map<PeerID, number>();
  return async (writes) => {
    const links = read(writes);
    const taken = links.taken.filter(({ peer, upTo }) => known.get(peer) !== upTo);
    if (links.sent.length === 0 && taken.length === 0) return undefined;
    for (const { peer, upTo } of taken) known.set(peer, upTo);
    const batches = batchesOf(links.sent);
    const receivers = batches.map(([first]) => lifeOf((first as PeerMessage).peer));
    const senders = taken.map(({ peer }) => lifeOf(peer));
    const bodies = await Promise.all(batches.map(encodeBatch));
    return {
      receivers: [...new Set(receivers.map(({ id }) => id))],
      columns: [
        receivers.map(({ id }) => id),
        receivers.map(({ incarnation }) => incarnation),
        batches.map((batch) => (batch[0] as PeerMessage).n),
        batches.map((batch) => (batch.at(-1) as PeerMessage).n),
        bodies.map((body) => body.toString('base64')),
        senders.map(({ id }) => id),
        senders.map(({ incarnation }) => incarnation),
        taken.map(({ upTo }) => upTo),
      ],
    };
  };
};
