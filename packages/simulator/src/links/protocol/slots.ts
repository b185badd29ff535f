/** References out of a shard and into it. */
import type { ObjectRef, PeerID, Ref, Settled, Slot, SlotData } from '../message.js';
import { homeOf, isObject } from '../message.js';
import { MOST_HOPS } from '../rules.js';
import {
  type Data,
  dataOf,
  isLost,
  leadOf,
  LinkCorrupt,
  need,
  newName,
  newPromise,
  type ObjectRow,
  type Passed,
  post,
  promiseOf,
  REJECTION,
  type Shard,
  sumOf,
} from './shard.js';

/** One more was given to the peer. */
export const lend = (
  shard: Shard,
  object: ObjectRef,
  { to, by }: { readonly to: PeerID; readonly by: PeerID },
): void => {
  const row = shard.objects.get(object);
  if (row === undefined) throw Error(`${shard.id} lends ${object}, which it has not`);
  const { by: had = {}, keeps = false } = row.lent[to] ?? {};
  const lent = { by: { ...had, [by]: (had[by] ?? 0) + 1 }, keeps };
  shard.objects.put(object, { ...row, lent: { ...row.lent, [to]: lent } });
};

const objectOut = (
  shard: Shard,
  to: PeerID,
  object: ObjectRef,
): { via?: { peer: PeerID; n: number } } => {
  const home = homeOf(object);
  if (home === shard.id) lend(shard, object, { to, by: shard.id });
  else if (home !== to && shard.rules.grantFirst && !isLost(shard, home)) {
    return { via: { peer: shard.id, n: post(shard, home, { op: 'grant', object, peer: to }) } };
  }
  return {};
};

/** The name under which a peer knows a promise from now on. */
const nameFor = (shard: Shard, to: PeerID, ref: Ref): string => {
  const row = promiseOf(shard, ref);
  const known = row.names[to];
  if (known !== undefined) return known;
  const name = newName(shard);
  shard.promises.put(ref, { ...row, names: { ...row.names, [to]: name } });
  shard.names.put(`${to}|${name}`, ref);
  return name;
};

/** What a peer is told in one message: promises that lead to one another, or to themselves, are told together. */
interface Telling {
  readonly names: Map<Ref, string>;
  readonly open: (readonly [name: string, data: Data])[];
}

/** Under a new name; what it is settled to follows. */
const settledOut = (
  shard: Shard,
  to: PeerID,
  { ref, data }: { readonly ref: Ref; readonly data: Data },
  telling: Telling,
): string => {
  const known = telling.names.get(ref);
  if (known !== undefined) return known;
  const name = newName(shard);
  shard.names.put(`${to}|${name}`, ref);
  telling.names.set(ref, name);
  telling.open.push([name, data]);
  return name;
};

/**
 * A promise that leads back to itself through other shards is told by each of them under another name, again and again: it
 * has come through too many of them then, and is told as rejected.
 */
const endOfRing = (shard: Shard): Ref => {
  const ref = newPromise(shard, undefined);
  shard.promises.put(ref, { ...promiseOf(shard, ref), data: REJECTION });
  return ref;
};

const promiseOut = (shard: Shard, to: PeerID, passed: Passed, telling: Telling): Slot => {
  const { must } = passed;
  const isTooFar = shard.rules.hops && promiseOf(shard, passed.ref).hops >= MOST_HOPS;
  const ref = isTooFar ? endOfRing(shard) : passed.ref;
  const data = dataOf(shard, ref);
  if (data !== undefined) {
    const [only] = data.slots;
    if (!shard.rules.settledPassed && data.leads && only !== undefined && isObject(only.ref)) {
      return { object: only.ref, must, ...objectOut(shard, to, only.ref) };
    }
    const { birth, hops } = promiseOf(shard, ref);
    const name = settledOut(shard, to, { ref, data }, telling);
    return { promise: name, birth, hops: hops + 1, must };
  }
  const lead = leadOf(shard, ref);
  const { via, embargo, birth, hops } = promiseOf(shard, lead);
  const isTheirs = via?.peer === to && embargo === undefined;
  return {
    promise: isTheirs ? via.name : nameFor(shard, to, lead),
    ...{ birth, hops: hops + 1, must },
  };
};

const slotOut = (shard: Shard, to: PeerID, passed: Passed, telling: Telling): Slot => {
  const { ref, must } = passed;
  if (isObject(ref)) return { object: ref, must, ...objectOut(shard, to, ref) };
  return promiseOut(shard, to, passed, telling);
};

const tell = (shard: Shard, to: PeerID, telling: Telling): void => {
  const settled: Settled[] = [];
  for (let next = telling.open.shift(); next !== undefined; next = telling.open.shift()) {
    const [name, { isReject, leads, slots }] = next;
    const out = slots.map((each) => slotOut(shard, to, each, telling));
    settled.push({ name, data: { isReject, leads, slots: out } });
  }
  if (settled.length > 0) post(shard, to, { op: 'resolve', settled });
};

export const resolveTo = (
  shard: Shard,
  to: PeerID,
  { ref, name, data }: { readonly ref: Ref; readonly name: string; readonly data: Data },
): void => tell(shard, to, { names: new Map([[ref, name]]), open: [[name, data]] });

/** `after` is to be called when the message in which the slots are was sent. */
export const slotsOut = (
  shard: Shard,
  to: PeerID,
  passed: readonly Passed[],
): { readonly slots: Slot[]; readonly after: () => void } => {
  const telling: Telling = { names: new Map(), open: [] };
  const slots = passed.map((each) => slotOut(shard, to, each, telling));
  return { slots, after: () => tell(shard, to, telling) };
};

const objectIn = (
  shard: Shard,
  from: PeerID,
  { object, via }: Extract<Slot, { object: ObjectRef }>,
): void => {
  const row = shard.objects.get(object);
  const home = homeOf(object);
  // The number of another one's message would hold up this shard's messages to the home.
  if (shard.rules.resolverOnly && via !== undefined && (via.peer !== from || home === from))
    throw new LinkCorrupt(`${from} passes ${object} with a grant of ${via.peer}`);
  if (home === shard.id) return;
  const { received, ...rest }: Omit<ObjectRow, 'owner'> = row ?? {
    lent: {},
    toldKeeps: false,
    received: {},
  };
  // It is the giver that is counted, whatever it says of others.
  shard.objects.put(object, {
    ...rest,
    received: { ...received, [from]: (received[from] ?? 0) + 1 },
  });
  if (via !== undefined) need(shard, home, via.peer, via.n);
};

/** Whether the peer was given what it passes. Where a grant was a lie, or is lost, the receiver of it cannot know. */
export const mayPass = (shard: Shard, from: PeerID, slot: Slot): boolean => {
  if (!('object' in slot) || homeOf(slot.object) !== shard.id) return true;
  const row = shard.objects.get(slot.object);
  const isGiven = sumOf(row?.lent[from]?.by) > 0;
  if (!isGiven && shard.isStrict)
    throw Error(`${from} passes ${slot.object}, which it was not given`);
  return isGiven || (row !== undefined && !shard.rules.resolverOnly);
};

/** A new name is one that its sender has allocated: it cannot stand in the way of one of this shard's. */
export const insistOwnName = (shard: Shard, from: PeerID, name: string): void => {
  if (shard.rules.resolverOnly && !name.startsWith(`${from}#`))
    throw new LinkCorrupt(`${from} gives the name ${name}, which is not its own`);
};

export const slotIn = (shard: Shard, from: PeerID, slot: Slot): Passed => {
  if ('object' in slot) {
    objectIn(shard, from, slot);
    return { ref: slot.object, must: slot.must };
  }
  const key = `${from}|${slot.promise}`;
  const known = shard.names.get(key);
  if (known !== undefined) return { ref: known, must: slot.must };
  insistOwnName(shard, from, slot.promise);
  const ref = newPromise(shard, { peer: from }, slot.birth);
  shard.promises.put(ref, {
    ...promiseOf(shard, ref),
    ...{ hops: slot.hops, via: { peer: from, name: slot.promise } },
  });
  shard.names.put(key, ref);
  return { ref, must: slot.must };
};

export const dataIn = (shard: Shard, from: PeerID, { isReject, leads, slots }: SlotData): Data => ({
  isReject,
  leads,
  slots: slots.map((slot) => slotIn(shard, from, slot)),
});
