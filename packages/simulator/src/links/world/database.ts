/** The database of a cluster, as far as links need it: what is durable, and what is on its way. */
import type { LinkMessage, PeerID } from '../message.js';
import type { Outgoing } from '../protocol/shard.js';
import type { LinkRules } from '../rules.js';
import { applyWrites, copyMaps, type Writes } from '../table.js';

export interface ShardRecord {
  incarnation: number;
  epoch: number;
  committed: number;
  readonly maps: Map<string, Map<string, unknown>>;
}

/** One commit group: rows, and messages that leave and that were taken, or nothing of it. */
export interface Group {
  readonly id: PeerID;
  readonly epoch: number;
  readonly seq: number;
  readonly writes: Writes;
  readonly outgoing: readonly Outgoing[];
  readonly taken: readonly (readonly [peer: PeerID, upTo: number, credit: number])[];
}

export interface Database {
  readonly shards: ShardRecord[];
  /** `SENDER>RECEIVER`: what was sent and is not durably taken, in order. */
  readonly links: Map<string, readonly LinkMessage[]>;
  /** `SENDER>RECEIVER`: up to where the receiver has room. */
  readonly credits: Map<string, number>;
}

export const idOf = (index: number, { incarnation }: ShardRecord): PeerID =>
  `s${index}~${incarnation}`;

export const makeDatabase = (shards: number): Database => ({
  shards: Array.from({ length: shards }, () => ({
    ...{ incarnation: 1, epoch: 0, committed: 0 },
    maps: new Map<string, Map<string, unknown>>(),
  })),
  links: new Map(),
  credits: new Map(),
});

export const copyDatabase = ({ shards, links, credits }: Database): Database => ({
  shards: shards.map((shard) => ({ ...shard, maps: copyMaps(shard.maps) })),
  links: new Map(links),
  credits: new Map(credits),
});

const linkName = (from: PeerID, to: PeerID): string => `${from}>${to}`;

export const onLink = (database: Database, from: PeerID, to: PeerID): readonly LinkMessage[] =>
  database.links.get(linkName(from, to)) ?? [];

const isThere = (database: Database, id: PeerID): boolean =>
  database.shards.some((shard, index) => idOf(index, shard) === id);

export const send = (database: Database, from: PeerID, outgoing: readonly Outgoing[]): void => {
  for (const { to, ...message } of outgoing) {
    // To a life that is over: nothing is kept.
    if (!isThere(database, to)) continue;
    const key = linkName(from, to);
    database.links.set(key, [...(database.links.get(key) ?? []), message]);
  }
};

const setTaken = (database: Database, { id, taken }: Group): void => {
  for (const [peer, upTo, credit] of taken) {
    const key = linkName(peer, id);
    database.credits.set(key, credit);
    const left = onLink(database, peer, id).filter(({ n }) => n > upTo);
    if (left.length > 0) database.links.set(key, left);
    else database.links.delete(key);
  }
};

/** The commit statement. False: another process owns the shard by now. */
export const commitGroup = (
  database: Database,
  index: number,
  group: Group,
  rules: LinkRules,
): boolean => {
  const record = database.shards[index];
  if (record === undefined) return false;
  const { id, epoch, seq, writes, outgoing } = group;
  const isOwner =
    idOf(index, record) === id && record.epoch === epoch && record.committed === seq - 1;
  if (!isOwner && rules.fenced) return false;
  record.committed = seq;
  applyWrites(record.maps, writes);
  if (rules.atomic) send(database, id, outgoing);
  setTaken(database, group);
  return true;
};

/** Begins a new life of a shard, which is empty. What the former one had sent is left for those who take it. */
export const loseShard = (database: Database, index: number, keepsSent: boolean): PeerID => {
  const record = database.shards[index];
  if (record === undefined) throw Error(`there is no shard ${index}`);
  const former = idOf(index, record);
  database.shards[index] = {
    ...{ incarnation: record.incarnation + 1, epoch: record.epoch + 1, committed: 0 },
    maps: new Map(),
  };
  for (const key of [...database.links.keys()]) {
    const [from, to] = key.split('>');
    if (to === former || (from === former && !keepsSent)) database.links.delete(key);
  }
  return former;
};

export const idsOf = (database: Database): PeerID[] =>
  database.shards.map((record, index) => idOf(index, record));
