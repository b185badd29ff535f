import type { LinkRules } from '../rules.js';
import type {
  Freed,
  LinkMessage,
  MessageID,
  Must,
  ObjectRef,
  Op,
  PeerID,
  Ref,
} from '../message.js';
import type { Table, Tables } from '../table.js';

/** A reference, and what was sent on it before it was passed on. */
export interface Passed {
  readonly ref: Ref;
  readonly must: Must;
}

export interface Data {
  readonly isReject: boolean;
  readonly leads: boolean;
  readonly slots: readonly Passed[];
}

export const REJECTION: Data = { isReject: true, leads: false, slots: [] };

/** A message in a kernel: on a promise, in an inbox, or on its way. */
export interface Waiting {
  readonly id: MessageID;
  readonly target: Ref;
  readonly must: Must;
  readonly slots: readonly Passed[];
  readonly kinds: string;
  readonly result: Ref | undefined;
  readonly hops: number;
  readonly freed: Freed | undefined;
  /** The link by which it came. */
  readonly from: PeerID | undefined;
  /** In the order in which messages came to this kernel. */
  readonly stamp: number;
}

/** By who gave it: a giver that lies about its grants spoils no count but its own. */
export type Counts = Readonly<Record<PeerID, number>>;

export const sumOf = (counts: Counts = {}): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

export interface ObjectRow {
  /** Of an own object; undefined where that vat has ended. */
  readonly owner?: string;
  /** Of an own object: what each peer was given and has not given back, and whether that peer compares it still. */
  readonly lent: Readonly<Record<PeerID, { readonly by: Counts; readonly keeps: boolean }>>;
  /** Of an object of a peer: how often it was received since the last `gc`. */
  readonly received: Counts;
  /** Of an object of a peer: it was told that this shard compares it still. */
  readonly toldKeeps: boolean;
}

export interface PromiseRow {
  /** A vat, a peer, or undefined: it waits for the delivery of a message whose result it is, or for an echo. */
  readonly decider: { readonly vat: string } | { readonly peer: PeerID } | undefined;
  /** The peer that decides it knows it by this name; so many messages went to it by that link. */
  readonly via?: { readonly peer: PeerID; readonly name: string };
  readonly sentOn: number;
  /** So many shards have passed it on before it came here. */
  readonly hops: number;
  /** A promise waits for older ones only, where vats avoid rings. */
  readonly birth: number;
  /** Names by which peers know it; they have not been told of a resolution. */
  readonly names: Readonly<Record<PeerID, string>>;
  readonly queue: readonly Waiting[];
  readonly data?: Data;
  /** It goes where this promise goes. */
  readonly follows?: Ref;
  /** Those that go where this one goes. */
  readonly followers: readonly Ref[];
  /** Settled by this peer, and not applied before it has answered. */
  readonly embargo?: { readonly peer: PeerID; readonly name: string; readonly data: Data };
}

export interface LinkRow {
  readonly sent: number;
  readonly taken: number;
  /** To be said in the next message: take this after the messages of other links. */
  readonly needs: Readonly<Record<PeerID, number>>;
  readonly isLost: boolean;
}

export type Item = { readonly message: Waiting } | { readonly news: Ref; readonly data: Data };

export interface VatRow {
  readonly inbox: readonly Item[];
  readonly isSuspended: boolean;
}

/** A vat holds a reference: reachable, or only to compare. */
export interface HoldRow {
  readonly vat: string;
  readonly ref: Ref;
  readonly must: Must;
  readonly isWeak: boolean;
}

/** What became of a message: delivered, after what was to come first; or rejected. */
export type Fate =
  | {
      readonly at: ObjectRef;
      readonly index: number;
      readonly must: Must;
      readonly freed: Freed | undefined;
    }
  | { readonly isRefused: true };

/** One kernel, as far as links go. */
export interface Shard {
  readonly id: PeerID;
  readonly rules: LinkRules;
  /** No peer lies and none is lost half way: what is refused elsewhere would be a fault here. */
  readonly isStrict: boolean;
  readonly tables: Tables;
  readonly objects: Table<ObjectRow>;
  readonly promises: Table<PromiseRow>;
  readonly links: Table<LinkRow>;
  /** `PEER|NAME`: the promise that it is. */
  readonly names: Table<Ref>;
  /** `PEER|NAME` of promises that wait for `echoed`. */
  readonly embargoes: Table<Ref>;
  readonly vats: Table<VatRow>;
  readonly holds: Table<HoldRow>;
  readonly counters: Table<number>;
  /** Messages that vats of this shard have sent, and what became of those that ended here: for the observer. */
  readonly sent: Table<true>;
  readonly fates: Table<Fate>;
  /** What the present crank sends. */
  outgoing: Outgoing[];
  /** What is sent on while a settlement is under way. */
  work: Waiting[] | undefined;
}

export interface Outgoing extends LinkMessage {
  readonly to: PeerID;
}

export interface ShardPowers {
  readonly id: PeerID;
  readonly rules: LinkRules;
  readonly isStrict: boolean;
  readonly tables: Tables;
}

export const makeShard = ({ id, rules, isStrict, tables }: ShardPowers): Shard => ({
  ...{ id, rules, isStrict, tables },
  objects: tables.table('objects'),
  promises: tables.table('promises'),
  links: tables.table('links'),
  names: tables.table('names'),
  embargoes: tables.table('embargoes'),
  vats: tables.table('vats'),
  holds: tables.table('holds'),
  counters: tables.table('counters'),
  sent: tables.table('sent'),
  fates: tables.table('fates'),
  outgoing: [],
  work: undefined,
});

/** The peer said what it may not say: the link is stopped, and the shard goes on. */
export class LinkCorrupt extends Error {}

export const nextNumber = (shard: Shard, counter: string): number => {
  const n = (shard.counters.get(counter) ?? 0) + 1;
  shard.counters.put(counter, n);
  return n;
};

const NEW_LINK: LinkRow = { sent: 0, taken: 0, needs: {}, isLost: false };
export const linkTo = (shard: Shard, peer: PeerID): LinkRow => shard.links.get(peer) ?? NEW_LINK;
export const isLost = (shard: Shard, peer: PeerID): boolean =>
  shard.links.get(peer)?.isLost === true;

export const post = (shard: Shard, to: PeerID, op: Op): number => {
  const link = linkTo(shard, to);
  if (link.isLost) return 0;
  const n = link.sent + 1;
  shard.links.put(to, { ...link, sent: n, needs: {} });
  shard.outgoing.push({ to, n, needs: link.needs, op });
  return n;
};

/** The next message to `to` is taken after message `n` of `other`. */
export const need = (shard: Shard, to: PeerID, other: PeerID, n: number): void => {
  if (!shard.rules.needs || to === shard.id || n === 0) return;
  const link = linkTo(shard, to);
  if (link.isLost) return;
  const needs = { ...link.needs, [other]: Math.max(link.needs[other] ?? 0, n) };
  shard.links.put(to, { ...link, needs });
};

export const promiseOf = (shard: Shard, ref: Ref): PromiseRow => {
  const row = shard.promises.get(ref);
  if (row === undefined) throw Error(`${shard.id} has no promise ${ref}`);
  return row;
};

/** @param birth of the promise of a peer that it stands for */
export const newPromise = (
  shard: Shard,
  decider: PromiseRow['decider'],
  birth = nextNumber(shard, 'birth'),
): Ref => {
  const ref: Ref = `p.${nextNumber(shard, 'promise')}`;
  shard.counters.put('birth', Math.max(shard.counters.get('birth') ?? 0, birth));
  shard.promises.put(ref, {
    decider,
    birth,
    hops: 0,
    sentOn: 0,
    names: {},
    queue: [],
    followers: [],
  });
  return ref;
};

export const newObject = (shard: Shard, owner: string): ObjectRef => {
  const ref: ObjectRef = `o.${shard.id}.${nextNumber(shard, 'object')}`;
  shard.objects.put(ref, { owner, lent: {}, received: {}, toldKeeps: false });
  return ref;
};

export const newName = (shard: Shard): string => `${shard.id}#${nextNumber(shard, 'name')}`;

/** Where a reference leads by now: an object, a promise that is not settled, or one whose data leads nowhere. */
export const leadOf = (shard: Shard, ref: Ref): Ref => {
  let at = ref;
  for (;;) {
    const row = shard.promises.get(at);
    if (row === undefined) return at;
    if (row.follows !== undefined) at = row.follows;
    else if (row.data?.leads === true && row.data.slots[0] !== undefined)
      at = row.data.slots[0].ref;
    else return at;
  }
};

/** The data of a promise that is settled, itself or by what it follows. */
export const dataOf = (shard: Shard, ref: Ref): Data | undefined => {
  let row = promiseOf(shard, ref);
  while (row.follows !== undefined) row = promiseOf(shard, row.follows);
  return row.data;
};

const holdKey = (vat: string, ref: Ref): string => `${vat}|${ref}`;
export const holdOf = (shard: Shard, vat: string, ref: Ref): HoldRow | undefined =>
  shard.holds.get(holdKey(vat, ref));

export const hold = (shard: Shard, vat: string, { ref, must }: Passed): void => {
  const had = holdOf(shard, vat, ref);
  const all = had === undefined ? must : [...new Set([...had.must, ...must])];
  shard.holds.put(holdKey(vat, ref), { vat, ref, must: all, isWeak: false });
};

export const drop = (shard: Shard, { vat, ref }: HoldRow): void =>
  shard.holds.delete(holdKey(vat, ref));

export const weaken = (shard: Shard, row: HoldRow): void =>
  shard.holds.put(holdKey(row.vat, row.ref), { ...row, isWeak: true });

export const toInbox = (shard: Shard, vat: string, item: Item): void => {
  const row = shard.vats.get(vat);
  if (row !== undefined) shard.vats.put(vat, { ...row, inbox: [...row.inbox, item] });
};
