/** The database of a cluster, as far as links need it: what is durable, and what is on its way. */
import type { LinkMessage, PeerID } from '../message.js';
import type { Outgoing } from '../protocol/shard.js';
import type { LinkRules } from '../rules.js';
import { applyWrites, copyMaps, type Writes } from '../table.js';

export type Maps = Map<string, Map<string, unknown>>;

/** The rows of a shard as they were after a group. */
export interface ShardCopy {
  seq: number;
  readonly maps: Maps;
}

export interface ShardRecord {
  incarnation: number;
  epoch: number;
  committed: number;
  /** All rows. */
  readonly maps: Maps;
  /** Where a cold copy begins: the log has all groups after it, and none before. */
  checkpoint: ShardCopy;
  log: readonly { readonly seq: number; readonly writes: Writes }[];
}

const newRecord = (incarnation: number, epoch: number): ShardRecord => ({
  ...{ incarnation, epoch, committed: 0, maps: new Map(), log: [] },
  checkpoint: { seq: 0, maps: new Map() },
});

/** Reads up to so many groups of the log into a copy of the rows. */
export const readLog = (record: ShardRecord, copy: ShardCopy, most: number): void => {
  for (const { seq, writes } of record.log.filter((group) => group.seq > copy.seq).slice(0, most)) {
    applyWrites(copy.maps, writes);
    copy.seq = seq;
  }
};

export const copyOf = ({ seq, maps }: ShardCopy): ShardCopy => ({ seq, maps: copyMaps(maps) });

/** A new checkpoint: groups up to it are deleted. */
export const moveCheckpoint = (record: ShardRecord, groups: number): void => {
  readLog(record, record.checkpoint, groups);
  record.log = record.log.filter(({ seq }) => seq > record.checkpoint.seq);
};

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
  shards: Array.from({ length: shards }, () => newRecord(1, 0)),
  links: new Map(),
  credits: new Map(),
});

export const copyDatabase = ({ shards, links, credits }: Database): Database => ({
  shards: shards.map((shard) => ({
    ...shard,
    maps: copyMaps(shard.maps),
    checkpoint: copyOf(shard.checkpoint),
  })),
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
  record.log = [...record.log, { seq, writes }];
  if (rules.atomic) send(database, id, outgoing);
  setTaken(database, group);
  return true;
};

/** Begins a new life of a shard, which is empty. What the former one had sent is left for those who take it. */
export const loseShard = (database: Database, index: number, keepsSent: boolean): PeerID => {
  const record = database.shards[index];
  if (record === undefined) throw Error(`there is no shard ${index}`);
  const former = idOf(index, record);
  database.shards[index] = newRecord(record.incarnation + 1, record.epoch + 1);
  for (const key of [...database.links.keys()]) {
    const [from, to] = key.split('>');
    if (to === former || (from === former && !keepsSent)) database.links.delete(key);
  }
  return former;
};

export const idsOf = (database: Database): PeerID[] =>
  database.shards.map((record, index) => idOf(index, record));
