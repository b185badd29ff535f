/** One message of a peer, taken in one crank. */
import {
  homeOf,
  isObject,
  type LinkMessage,
  type ObjectRef,
  type Op,
  type PeerID,
  type Ref,
  type Settled,
  type Slot,
} from '../message.js';
import { refuse, route, settle } from './routing.js';
import {
  type Counts,
  type Data,
  dataOf,
  isLost,
  leadOf,
  drop,
  LinkCorrupt,
  linkTo,
  need,
  newObject,
  newPromise,
  nextNumber,
  post,
  promiseOf,
  REJECTION,
  type Shard,
  sumOf,
} from './shard.js';
import { insistOwnName, mayPass, dataIn, lend, slotIn } from './slots.js';

type OpOf<Name extends Op['op']> = Extract<Op, { op: Name }>;

const insistTrue = (shard: Shard, isSo: boolean, message: () => string): void => {
  if (!isSo && shard.rules.resolverOnly) throw new LinkCorrupt(message());
};

/** The promise that the peer has a name for. */
const named = (shard: Shard, from: PeerID, name: string): Ref => {
  const ref = shard.names.get(`${from}|${name}`);
  if (ref !== undefined) return ref;
  const message = `${from} names the promise ${name}, which is none`;
  throw shard.rules.resolverOnly ? new LinkCorrupt(message) : Error(message);
};

/** A promise for a result that the peer waits for. */
const resultIn = (shard: Shard, from: PeerID, name: string, birth?: number): Ref => {
  const key = `${from}|${name}`;
  if (shard.rules.freshResults) {
    insistTrue(shard, !shard.names.get(key), () => `${from} gives the name ${name} again`);
    insistOwnName(shard, from, name);
  }
  const result = newPromise(shard, undefined, birth);
  shard.promises.put(result, { ...promiseOf(shard, result), names: { [from]: name } });
  shard.names.put(key, result);
  return result;
};

const takeSend = (shard: Shard, from: PeerID, op: OpOf<'send'>): void => {
  const { target, id, must, kinds, hops } = op;
  let to: Ref;
  const targetSlot: Slot =
    'object' in target ? { ...target, must } : { ...target, birth: 0, hops: 0, must };
  if ('object' in target) {
    to = target.object;
    if (homeOf(target.object) !== shard.id)
      throw new LinkCorrupt(`${from} sends to ${target.object}, which is not of ${shard.id}`);
  } else to = named(shard, from, target.promise);
  const mayAll = [...op.slots, targetSlot].every((slot) => mayPass(shard, from, slot));
  op.slots.forEach((slot, i) => {
    if ((kinds[i] === 'p') !== 'promise' in slot)
      throw Error(`slot ${i} of message ${id} was a ${kinds[i] ?? '?'} and is not`);
  });
  const slots = op.slots.map((slot) => slotIn(shard, from, slot));
  const result = op.result === null ? undefined : resultIn(shard, from, op.result, op.birth);
  const stamp = nextNumber(shard, 'stamp');
  const message = {
    id,
    target: to,
    must,
    slots,
    kinds,
    result,
    hops,
    from,
    stamp,
    freed: op.freed,
  };
  if (mayAll) route(shard, message);
  else refuse(shard, { ...message, slots: [] });
};

const takeCreate = (shard: Shard, from: PeerID, { result }: OpOf<'create'>): void => {
  const answer = resultIn(shard, from, result);
  const vat = `v${nextNumber(shard, 'vat')}`;
  shard.vats.put(vat, { inbox: [], isSuspended: false });
  const root = newObject(shard, vat);
  settle(shard, answer, { isReject: false, leads: true, slots: [{ ref: root, must: [] }] });
};

/** Whether a settlement may be overtaken by messages that went to the promise before. */
const isEmbargoed = (shard: Shard, from: PeerID, sentOn: number, data: Data): boolean => {
  const [only] = data.slots;
  if (!shard.rules.embargo || sentOn === 0 || !data.leads || only === undefined) return false;
  const lead = leadOf(shard, only.ref);
  return !isObject(lead) || homeOf(lead) !== from;
};

interface Told {
  readonly name: string;
  readonly ref: Ref;
  readonly data: Data;
}

/** All are read before any is applied: they may name one another. */
const readSettled = (shard: Shard, from: PeerID, { name, data }: Settled): Told => {
  const ref = named(shard, from, name);
  const { via } = promiseOf(shard, ref);
  insistTrue(
    shard,
    via?.peer === from && via.name === name,
    () => `${from} resolves ${name}, which it does not decide`,
  );
  insistTrue(
    shard,
    !data.leads || (data.slots.length === 1 && data.slots.every((slot) => 'object' in slot)),
    () => `${from} resolves ${name} to what is not settled`,
  );
  const mayAll = data.slots.every((slot) => mayPass(shard, from, slot));
  const told = dataIn(shard, from, data);
  return { name, ref, data: mayAll ? told : REJECTION };
};

const applySettled = (shard: Shard, from: PeerID, { name, ref, data }: Told): void => {
  shard.names.delete(`${from}|${name}`);
  const { via: _via, ...rest } = promiseOf(shard, ref);
  if (isEmbargoed(shard, from, rest.sentOn, data)) {
    const embargo = { peer: from, name, data };
    shard.promises.put(ref, { ...rest, decider: undefined, embargo });
    shard.embargoes.put(`${from}|${name}`, ref);
    post(shard, from, { op: 'echo', name });
    return;
  }
  post(shard, from, { op: 'retire', name });
  settle(shard, ref, data);
};

const takeResolve = (shard: Shard, from: PeerID, { settled }: OpOf<'resolve'>): void => {
  const names = new Set(settled.map(({ name }) => name));
  insistTrue(shard, names.size === settled.length, () => `${from} resolves a promise twice`);
  const told = settled.map((each) => readSettled(shard, from, each));
  for (const each of told) applySettled(shard, from, each);
};

/** The peer has heard what a promise is settled to: the name is free. */
const takeHeard = (shard: Shard, from: PeerID, { op, name }: OpOf<'retire' | 'echo'>): void => {
  const ref = named(shard, from, name);
  const row = promiseOf(shard, ref);
  const data = row.via?.name === name ? undefined : dataOf(shard, ref);
  if (data === undefined) {
    throw new LinkCorrupt(`${from} acknowledges a resolution of ${name}, which was not sent`);
  }
  shard.names.delete(`${from}|${name}`);
  if (op === 'retire') return;
  const [only] = data.slots;
  const lead = only === undefined ? undefined : leadOf(shard, only.ref);
  const at = lead !== undefined && isObject(lead) ? homeOf(lead) : null;
  const upTo = at === null || at === shard.id || at === from ? 0 : linkTo(shard, at).sent;
  post(shard, from, { op: 'echoed', name, at, upTo });
};

export const applyEmbargoed = (shard: Shard, key: string): void => {
  const ref = shard.embargoes.get(key);
  const data = ref === undefined ? undefined : promiseOf(shard, ref).embargo?.data;
  if (ref === undefined || data === undefined) throw new LinkCorrupt(`no embargo is on ${key}`);
  shard.embargoes.delete(key);
  settle(shard, ref, data);
};

const takeEchoed = (shard: Shard, from: PeerID, { name, at, upTo }: OpOf<'echoed'>): void => {
  const ref = shard.embargoes.get(`${from}|${name}`);
  const [only] = (ref === undefined ? undefined : promiseOf(shard, ref).embargo?.data.slots) ?? [];
  const lead = only === undefined ? undefined : leadOf(shard, only.ref);
  const home = lead !== undefined && isObject(lead) ? homeOf(lead) : null;
  insistTrue(shard, home === at, () => `${from} says that ${name} leads to ${at}, not to ${home}`);
  if (at !== null) need(shard, at, from, upTo);
  applyEmbargoed(shard, `${from}|${name}`);
};

const takeGrant = (shard: Shard, from: PeerID, { object, peer }: OpOf<'grant'>): void => {
  const row = shard.objects.get(object);
  insistTrue(
    shard,
    homeOf(object) === shard.id && peer !== shard.id && peer !== from,
    () => `${from} grants ${object} to ${peer}`,
  );
  const isGiven = sumOf(row?.lent[from]?.by) > 0;
  if (!isGiven && shard.isStrict) throw Error(`${from} grants ${object}, which it was not given`);
  // Void, where it was not given, and for a peer that is lost: nothing would give it back.
  if (row !== undefined && !isLost(shard, peer) && (isGiven || !shard.rules.resolverOnly))
    lend(shard, object, { to: peer, by: from });
};

const giveBack = (
  shard: Shard,
  from: PeerID,
  object: ObjectRef,
  { deltas, keeps }: { readonly deltas: Counts; readonly keeps: boolean },
): void => {
  const row = shard.objects.get(object);
  const had = row?.lent[from];
  const has = had?.by ?? {};
  insistTrue(
    shard,
    (deltas[shard.id] ?? 0) <= (has[shard.id] ?? 0) && Object.values(deltas).every((n) => n > 0),
    () => `${from} gives ${object} back too often`,
  );
  if (row === undefined) {
    // It says that it compares it no more, or gives back what it was never granted.
    if (shard.isStrict && sumOf(deltas) > 0)
      throw Error(`${from} gives ${object} back, which is freed`);
    return;
  }
  const by: Record<PeerID, number> = {};
  for (const giver of new Set([...Object.keys(has), ...Object.keys(deltas)])) {
    const left = (has[giver] ?? 0) - (deltas[giver] ?? 0);
    if (left < 0 && shard.isStrict) throw Error(`${from} gives ${object} back too often`);
    if (left > 0) by[giver] = left;
  }
  const { [from]: _had, ...others } = row.lent;
  const lent = sumOf(by) === 0 && !keeps ? others : { ...row.lent, [from]: { by, keeps } };
  shard.objects.put(object, { ...row, lent });
};

const takeGone = (shard: Shard, from: PeerID, object: ObjectRef): void => {
  const row = shard.objects.get(object);
  // What others say that they gave is no promise of the home.
  insistTrue(
    shard,
    homeOf(object) === from && (row?.received[from] ?? 0) === 0,
    () => `${from} says that ${object} is gone, and has given it to ${shard.id}`,
  );
  for (const each of [...shard.holds.rows.values()]) if (each.ref === object) drop(shard, each);
  shard.objects.delete(object);
};

const take = (shard: Shard, from: PeerID, op: Op): void => {
  switch (op.op) {
    case 'send':
      return takeSend(shard, from, op);
    case 'resolve':
      return takeResolve(shard, from, op);
    case 'retire':
    case 'echo':
      return takeHeard(shard, from, op);
    case 'echoed':
      return takeEchoed(shard, from, op);
    case 'grant':
      return takeGrant(shard, from, op);
    case 'gc':
      for (const [object, deltas, keeps] of op.objects)
        giveBack(shard, from, object, { deltas, keeps });
      return;
    case 'gone':
      for (const object of op.objects) takeGone(shard, from, object);
      return;
    case 'create':
      return takeCreate(shard, from, op);
  }
};

/** Whether all that the message depends on has been taken. */
export const mayArrive = (shard: Shard, { needs }: LinkMessage): boolean =>
  Object.entries(needs).every(([peer, n]) => linkTo(shard, peer).taken >= n || isLost(shard, peer));

/** @throws {LinkCorrupt} nothing was changed then, once the crank is given up */
export const arrive = (shard: Shard, from: PeerID, { n, op }: LinkMessage): void => {
  const link = linkTo(shard, from);
  if (shard.rules.once && n <= link.taken) return;
  if (shard.rules.once && n !== link.taken + 1)
    throw Error(`message ${n} of ${from} follows number ${link.taken}`);
  shard.links.put(from, { ...link, taken: Math.max(n, link.taken) });
  take(shard, from, op);
};
