import type { Statement } from '../sql/connection.js';
import type { Session } from '../sql/session.js';
import { bytesOf, type ShardLife } from './shard-log.js';

/** Names of blobs are SHA-512, 128 digits; the chunks of checkpoints in the same table have SHA-256, 64 digits. */
const LIST: Statement = {
  name: 'cooperage_blobs',
  text: 'select hash, n from blob where shard = $1 and n > $2 and length(hash) = 128 order by n',
};

const READ: Statement = {
  name: 'cooperage_blob',
  text: 'select body from blob where shard = $1 and hash = $2',
};

/** Under the lock of the shard's row: what a former owner sends late changes nothing. */
const OWNED = 'select id from shard where id = $1 and incarnation = $2 and epoch = $3 for share';

const PUT: Statement = {
  name: 'cooperage_put_blob',
  text: `with s as (${OWNED}),
      b as (insert into blob (shard, hash, body) select id, $4, $5 from s on conflict do nothing)
    select count(*)::int as kept from s`,
};

const DELETE: Statement = {
  name: 'cooperage_delete_blob',
  text: `with s as (${OWNED}), b as (delete from blob using s where shard = s.id and hash = $4)
    select count(*)::int as kept from s`,
};

/** The blobs of a shard in the database. */
export interface ShardBlobs {
  /** Those that came after the one of number `n`. */
  listAfter(n: number): Promise<readonly { readonly hash: string; readonly n: number }[]>;
  read(hash: string): Promise<Buffer | undefined>;
  /** False where the shard has another owner. */
  put(hash: string, bytes: Uint8Array): Promise<boolean>;
  delete(hash: string): Promise<boolean>;
}

export const makeShardBlobs = (session: Session, life: ShardLife, epoch: number): ShardBlobs => {
  const owned = [life.id, life.incarnation, epoch];
  return {
    listAfter: async (after) => {
      const rows = await session.run(LIST, [life.id, after]);
      return rows.map(({ hash, n }) => ({ hash: String(hash), n: Number(n) }));
    },
    read: async (hash) => {
      const [row] = await session.run(READ, [life.id, hash]);
      return row === undefined ? undefined : bytesOf(row['body']);
    },
    put: async (hash, bytes) => {
      const [row] = await session.run(PUT, [...owned, hash, Buffer.from(bytes)]);
      return row?.['kept'] === 1;
    },
    delete: async (hash) => {
      const [row] = await session.run(DELETE, [...owned, hash]);
      return row?.['kept'] === 1;
    },
  };
};
