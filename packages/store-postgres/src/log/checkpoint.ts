import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import { CooperageError, KEYS_END, type StoreView } from '@cooperage/types';
import type { LmdbBackend } from '@cooperage/store-lmdb';
import type { Statement } from '../sql/connection.js';
import type { Session } from '../sql/session.js';
import { decodeRows, encodeRows } from './group-body.js';
import { bytesOf, type ShardLife, type ShardLog } from './shard-log.js';

const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);

/** A chunk ends where the hash of a key ends in so many zero bits: a change of one row changes one chunk or two. */
const CUT_BITS = 12;
const LARGEST_CHUNK = 4_000_000;

const sha256 = (bytes: Uint8Array | string): Buffer => createHash('sha256').update(bytes).digest();

const endsChunk = (key: string): boolean => {
  const hash = sha256(key);
  return (hash.readUInt16BE(hash.length - 2) & (2 ** CUT_BITS - 1)) === 0;
};

const LOCK: Statement = {
  name: 'cooperage_checkpoint_lock',
  text: `select pg_try_advisory_lock(hashtext('cooperage checkpoint'), hashtext($1)) as got`,
};

/** Named before it is stored, so that no sweep takes it meanwhile. */
const NAME: Statement = {
  name: 'cooperage_name_chunk',
  text: `with c as (insert into chunk values ($1, $2, $3, $4, $5)
      on conflict (shard, incarnation, seq, i) do update set hash = excluded.hash)
    select exists (select from blob where shard = $1 and hash = $5) as stored`,
};

const STORE: Statement = {
  name: 'cooperage_store_chunk',
  text: 'insert into blob (shard, hash, body) values ($1, $2, $3) on conflict do nothing',
};

const MOVE: Statement = {
  name: 'cooperage_move_checkpoint',
  text: `with old as (select checkpoint from shard where id = $1 and incarnation = $2 for update),
      moved as (update shard set checkpoint = $3 from old
        where id = $1 and incarnation = $2 and shard.checkpoint < $3 and committed >= $3 returning old.checkpoint as before),
      g as (delete from group_log using moved where shard = $1 and incarnation = $2 and seq < moved.before),
      c as (delete from chunk using moved
        where shard = $1 and incarnation = $2 and seq < $3 and seq <> moved.before),
      b as (delete from blob using moved where shard = $1 and length(hash) = 64 and not exists
        (select from chunk k where k.shard = $1 and k.hash = blob.hash and (k.seq >= $3 or k.seq = moved.before)))
    select before from moved`,
};

const CHUNKS: Statement = {
  name: 'cooperage_chunks',
  text: 'select hash from chunk where shard = $1 and incarnation = $2 and seq = $3 order by i',
};

const CHUNK: Statement = {
  name: 'cooperage_chunk',
  text: 'select body from blob where shard = $1 and hash = $2',
};

async function* chunksOf(view: StoreView): AsyncGenerator<Buffer> {
  let rows: [string, string][] = [];
  let characters = 0;
  for (const key of view.keys('', KEYS_END)) {
    const value = view.get(key);
    if (value === undefined) continue;
    rows.push([key, value]);
    characters += key.length + value.length;
    if (characters < LARGEST_CHUNK && !endsChunk(key)) continue;
    yield deflate(await encodeRows(rows), { level: 1 });
    rows = [];
    characters = 0;
  }
  if (rows.length > 0) yield deflate(await encodeRows(rows), { level: 1 });
}

/**
 * Writes all rows of a view as chunks, each of which is stored once under its hash, and makes this the newest checkpoint.
 * What only older ones than the last two need is deleted.
 *
 * @param session of its own: it holds the lock of who writes, and commits do not wait behind it
 * @returns false where another process is at it, or there is a newer one
 */
export const writeCheckpoint = async (
  session: Session,
  { id, incarnation }: ShardLife,
  view: StoreView,
): Promise<boolean> => {
  const what = `a checkpoint of ${id}`;
  const [lock] = await session.once(what, LOCK, [id]);
  if (lock?.['got'] !== true) return false;
  const seq = view.committed;
  let i = 0;
  for await (const bytes of chunksOf(view)) {
    const hash = sha256(bytes).toString('hex');
    const [named] = await session.once(what, NAME, [id, incarnation, seq, i, hash]);
    if (named?.['stored'] !== true) await session.once(what, STORE, [id, hash, bytes]);
    i += 1;
  }
  const moved = await session.once(what, MOVE, [id, incarnation, seq]);
  return moved.length > 0;
};

const incomplete = (which: string): CooperageError =>
  new CooperageError(
    'STORE_CORRUPT',
    `${which} in the database is damaged; restore the database from a backup`,
  );

/** Fills an empty replica with the rows of a checkpoint. */
export const loadCheckpoint = async (
  log: ShardLog,
  life: ShardLife,
  seq: number,
  rows: LmdbBackend,
): Promise<void> => {
  const { session } = log;
  const which = `checkpoint ${seq} of ${life.id}`;
  const named = await session.run(CHUNKS, [life.id, life.incarnation, seq]);
  for (const { hash } of named) {
    const [row] = await session.run(CHUNK, [life.id, hash]);
    const bytes = row === undefined ? undefined : bytesOf(row['body']);
    if (bytes === undefined || sha256(bytes).toString('hex') !== hash) throw incomplete(which);
    for (const line of decodeRows(await inflate(bytes))) await rows.load(line);
  }
  const link = await log.linkAt(life, seq);
  if (link === undefined) throw incomplete(which);
  await rows.load(new Map(), link);
};
