/** Of the tables. {@link LINK_TABLES} came later: earlier versions do not look at them. */
export const FORMAT = 1;

/**
 * Of what is in a shard. A process that takes a shard over raises the shard's format to this one, in the same statement.
 *
 * * 1: read, and raised.
 * * 2: as 1. The kernel's rows have other keys, which a program that knows format 1 would not find.
 * * 3: as 2. Messages to other kernels leave with the groups, which a program that knows format 2 would not do.
 */
export const SHARD_FORMAT = 3;

/**
 * One kernel is one shard: its tables are never split over several. A life of a shard is an incarnation: after a loss the
 * next one begins, and nothing of the former is taken for its own.
 */
export const TABLES = `
create table meta (key text primary key, value text not null);
create table node (
  incarnation uuid primary key, name text not null, address text not null, version text not null,
  capacity int not null, draining boolean not null default false, expires timestamptz not null);
create table shard (
  id text primary key, incarnation int not null, epoch bigint not null, committed bigint not null,
  owner uuid, wanted uuid, ready boolean not null default false, pinned text, checkpoint bigint not null default 0, format int not null,
  state text not null check (state in ('open', 'stopped', 'lost'))) with (fillfactor = 10);
create table group_log (
  shard text, incarnation int, seq bigint, body bytea not null, primary key (shard, incarnation, seq));
create table chunk (
  shard text, incarnation int, seq bigint, i int, hash text not null, primary key (shard, incarnation, seq, i));
create table blob (
  shard text, hash text, body bytea not null, n bigint generated always as identity, primary key (shard, hash));
alter table group_log alter body set storage external;
alter table blob alter body set storage external;
`;

/** Messages between shards, in the order of their links, and how far each is taken. */
export const LINK_TABLES = `
create table if not exists link (
  dst text, dst_inc int, src text, src_inc int, taken bigint not null, primary key (dst, dst_inc, src, src_inc));
create table if not exists link_batch (
  dst text, dst_inc int, src text, src_inc int, first bigint, last bigint not null, body bytea not null,
  primary key (dst, dst_inc, src, src_inc, first));
alter table link_batch alter body set storage external;
`;

/** What a process that runs shards may do; it makes and drops no table. */
export const NODE_ROLE = 'cooperage_node';

/** By the owner of the tables only, and where the role was made. */
export const GRANTS = `
do $$ begin
  if exists (select from pg_roles where rolname = '${NODE_ROLE}')
    and pg_has_role((select relowner from pg_class where oid = 'shard'::regclass), 'usage') then
    grant select on meta to ${NODE_ROLE};
    grant select, insert, update, delete on node, shard, group_log, chunk, blob, link, link_batch to ${NODE_ROLE};
  end if;
end $$;
`;

/** Two processes that make the tables at once. A number that means nothing to anybody else. */
export const MAKE_LOCK = 7_246_110_941;
