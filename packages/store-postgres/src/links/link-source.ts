import type { LinkSource, PeerID, PeerMessage } from '@cooperage/types';
import { bytesOf, type ShardLife } from '../log/shard-log.js';
import type { SqlRow, Statement } from '../sql/connection.js';
import type { Session } from '../sql/session.js';
import { decodeBatch } from './batch-body.js';
import { lifeOf, peerOf } from './peer-name.js';

/** Where a shard is told that messages may have come. */
export const wakeChannel = (shard: string): string => `cooperage_link_${shard}`;

/** So much of each link that none keeps the others waiting: batches, and bytes. At least one batch. */
const READ: Statement = {
  name: 'cooperage_link_read',
  text: `select src, src_inc, first, body from (
      select b.src, b.src_inc, b.first, b.body,
        row_number() over link as i, sum(octet_length(b.body)) over link - octet_length(b.body) as before
      from link_batch b
        left join unnest($3::text[], $4::int[], $5::bigint[]) a(src, src_inc, n) on a.src = b.src and a.src_inc = b.src_inc
      where b.dst = $1 and b.dst_inc = $2 and b.last > coalesce(a.n, 0)
      window link as (partition by b.src, b.src_inc order by b.first)) page
    where i <= 100 and before < 4000000 order by src, src_inc, first`,
};

const NEWEST: Statement = {
  name: 'cooperage_link_newest',
  text: `select src, src_inc, max(last) as last from link_batch where dst = $1 and dst_inc = $2 group by src, src_inc`,
};

const STATE: Statement = {
  name: 'cooperage_link_state',
  text: `select s.id, s.incarnation, l.taken from shard s
    left join link l on l.dst = s.id and l.dst_inc = s.incarnation and l.src = $1 and l.src_inc = $2
    where s.id <> $1`,
};

const FORGET: Statement = {
  name: 'cooperage_link_forget',
  text: `with b as (delete from link_batch where dst = $3 and dst_inc = $4 and src = $1 and src_inc = $2)
    delete from link where (dst = $3 and dst_inc = $4 and src = $1 and src_inc = $2)
      or (dst = $1 and dst_inc = $2 and src = $3 and src_inc = $4)`,
};

/** A wake-up that a crash loses costs a poll, so that it waits for no disk. */
const WAKE: Statement = {
  name: 'cooperage_link_wake',
  text: `select set_config('synchronous_commit', 'off', true), pg_notify(channel, '') from unnest($1::text[]) channel`,
};

const senderOf = (row: SqlRow): PeerID =>
  peerOf({ id: String(row['src']), incarnation: Number(row['src_inc']) });

/** Tells the shards that messages may have come to them; those that come together are told once. */
export const makeWaker = (session: Session): ((shards: readonly string[]) => void) => {
  const pending = new Set<string>();
  let isSending = false;
  const send = async (): Promise<void> => {
    isSending = true;
    try {
      while (pending.size > 0) {
        const channels = [...pending].map(wakeChannel);
        pending.clear();
        await session.once('telling other shards of messages', WAKE, [channels]);
      }
    } finally {
      isSending = false;
    }
  };
  return (shards) => {
    for (const shard of shards) pending.add(shard);
    // They poll as well.
    if (!isSending) send().catch(() => undefined);
  };
};

export interface LinkSourcePowers {
  readonly session: Session;
  readonly life: ShardLife;
  readonly onWake: (listener: () => void) => void;
}

/** The links of one shard, in the tables `link` and `link_batch`. */
export const makeLinkSource = ({ session, life, onWake }: LinkSourcePowers): LinkSource => {
  const own = [life.id, life.incarnation];

  const decode = async (row: SqlRow): Promise<PeerMessage[]> => {
    const peer = senderOf(row);
    const first = Number(row['first']);
    const texts = await decodeBatch(`${peer} to ${peerOf(life)}`, bytesOf(row['body']));
    return texts.map((text, i) => ({ peer, n: first + i, text }));
  };

  return {
    self: peerOf(life),
    onWake,
    read: async (after) => {
      const lives = [...after.keys()].map(lifeOf);
      const rows = await session.run(READ, [
        ...own,
        lives.map(({ id }) => id),
        lives.map(({ incarnation }) => incarnation),
        [...after.values()],
      ]);
      const batches = await Promise.all(rows.map(decode));
      return batches.flat().filter(({ peer, n }) => n > (after.get(peer) ?? 0));
    },
    newest: async () => {
      const rows = await session.run(NEWEST, own);
      return new Map(rows.map((row) => [senderOf(row), Number(row['last'])]));
    },
    state: async () => {
      const rows = await session.run(STATE, own);
      const peers = rows.map((row) => ({
        peer: peerOf({ id: String(row['id']), incarnation: Number(row['incarnation']) }),
        taken: row['taken'] === null ? undefined : Number(row['taken']),
      }));
      return {
        peers: peers.map(({ peer }) => peer),
        taken: new Map(
          peers.flatMap(({ peer, taken }) => (taken === undefined ? [] : [[peer, taken] as const])),
        ),
      };
    },
    forget: async (peer) => {
      const { id, incarnation } = lifeOf(peer);
      await session.run(FORGET, [...own, id, incarnation]);
    },
  };
};
