/** What vats do to the rows of their kernel. */
import { isObject, type MessageID, type PeerID, type Ref, union } from '../message.js';
import { route, settle } from './routing.js';
import {
  type Data,
  dataOf,
  hold,
  holdOf,
  drop,
  newName,
  newObject,
  newPromise,
  nextNumber,
  post,
  promiseOf,
  REJECTION,
  type Shard,
  toInbox,
  type VatRow,
  type Waiting,
} from './shard.js';

const heldBy = (shard: Shard, vat: string) =>
  [...shard.holds.rows.values()].filter((row) => row.vat === vat);

export const reachableBy = (shard: Shard, vat: string): Ref[] =>
  heldBy(shard, vat).flatMap(({ ref, isWeak }) => (isWeak ? [] : [ref]));

/** Promises that a vat has to settle. */
export const decidedBy = (shard: Shard, vat: string): Ref[] =>
  [...shard.promises.rows].flatMap(([ref, { decider }]) =>
    decider !== undefined && 'vat' in decider && decider.vat === vat ? [ref as Ref] : [],
  );

export const makeVat = (shard: Shard): string => {
  const vat = `v${nextNumber(shard, 'vat')}`;
  shard.vats.put(vat, { inbox: [], isSuspended: false });
  return vat;
};

export const makeObject = (shard: Shard, vat: string): Ref => {
  const ref = newObject(shard, vat);
  hold(shard, vat, { ref, must: [] });
  return ref;
};

/** What the vat has sent on a reference goes along with it. */
const passed = (shard: Shard, vat: string, ref: Ref) => ({
  ref,
  must: holdOf(shard, vat, ref)?.must ?? [],
});

export const sendFrom = (
  shard: Shard,
  vat: string,
  { target, slots, hasResult }: { target: Ref; slots: readonly Ref[]; hasResult: boolean },
): MessageID => {
  const id = `${shard.id}:${nextNumber(shard, 'message')}`;
  shard.sent.put(id, true);
  const { must } = passed(shard, vat, target);
  const message = {
    ...{ id, target, must, hops: 0, from: undefined, freed: undefined },
    slots: slots.map((ref) => passed(shard, vat, ref)),
    kinds: slots.map((ref) => (isObject(ref) ? 'o' : 'p')).join(''),
    result: hasResult ? newPromise(shard, undefined) : undefined,
    stamp: nextNumber(shard, 'stamp'),
  } satisfies Waiting;
  hold(shard, vat, { ref: target, must: [id] });
  if (message.result !== undefined) hold(shard, vat, { ref: message.result, must: [] });
  route(shard, message);
  return id;
};

export const settleBy = (
  shard: Shard,
  vat: string,
  ref: Ref,
  data: { readonly isReject: boolean; readonly leads: boolean; readonly slots: readonly Ref[] },
): void =>
  settle(shard, ref, { ...data, slots: data.slots.map((each) => passed(shard, vat, each)) });

/** A vat is asked for, at a peer: the answer is its root. */
export const createAt = (shard: Shard, vat: string, peer: PeerID): void => {
  const result = newPromise(shard, { peer });
  const name = newName(shard);
  shard.names.put(`${peer}|${name}`, result);
  shard.promises.put(result, { ...promiseOf(shard, result), via: { peer, name } });
  hold(shard, vat, { ref: result, must: [] });
  post(shard, peer, { op: 'create', result: name });
};

const deliverMessage = (shard: Shard, vat: string, message: Waiting): void => {
  const { id, target, must, freed, slots, result } = message;
  if (!isObject(target)) throw Error(`message ${id} is delivered to a promise`);
  if (shard.fates.get(id) !== undefined) throw Error(`message ${id} is delivered twice`);
  shard.fates.put(id, { at: target, index: nextNumber(shard, 'delivery'), must, freed });
  for (const slot of slots) {
    hold(shard, vat, slot);
    // One that is settled is told: also to a vat that gets it later.
    if (isObject(slot.ref)) continue;
    const data = dataOf(shard, slot.ref);
    if (data !== undefined) toInbox(shard, vat, { news: slot.ref, data });
  }
  if (result === undefined) return;
  shard.promises.put(result, { ...promiseOf(shard, result), decider: { vat } });
};

/**
 * A vat hears what a promise is settled to, and uses that from then on. Promises in that data which are settled as well are
 * told along: they may lead back to the first one.
 */
const deliverNews = (shard: Shard, vat: string, news: Ref, told: Data): void => {
  const all = new Map<Ref, Data>([[news, told]]);
  if (holdOf(shard, vat, news) === undefined) return;
  // What is added to a map while it is gone through is gone through as well.
  for (const [ref, data] of all) {
    const must = holdOf(shard, vat, ref)?.must ?? [];
    for (const slot of data.slots) {
      hold(shard, vat, data.leads ? { ref: slot.ref, must: union(slot.must, must) } : slot);
      const known = isObject(slot.ref) ? undefined : dataOf(shard, slot.ref);
      if (known !== undefined && !all.has(slot.ref)) all.set(slot.ref, known);
    }
  }
  for (const ref of all.keys()) {
    const row = holdOf(shard, vat, ref);
    if (row !== undefined) drop(shard, row);
  }
};

export const deliverNext = (shard: Shard, vat: string): void => {
  const row = shard.vats.get(vat);
  const [item, ...inbox] = row?.inbox ?? [];
  if (row === undefined || item === undefined) return;
  shard.vats.put(vat, { ...row, inbox });
  if ('message' in item) deliverMessage(shard, vat, item.message);
  else deliverNews(shard, vat, item.news, item.data);
};

const rejectAll = (shard: Shard, vat: string): void => {
  for (const ref of decidedBy(shard, vat)) settle(shard, ref, REJECTION);
};

/** A new life of the code: promises are rejected, and some objects and references did not last. */
export const upgradeVat = (shard: Shard, vat: string, isLasting: (ref: Ref) => boolean): void => {
  rejectAll(shard, vat);
  for (const row of heldBy(shard, vat)) if (!isLasting(row.ref)) drop(shard, row);
  for (const [ref, row] of [...shard.objects.rows]) {
    if (row.owner !== vat || isLasting(ref as Ref)) continue;
    const { owner: _owner, ...rest } = row;
    shard.objects.put(ref, rest);
  }
};

export const endVat = (shard: Shard, vat: string): void => {
  upgradeVat(shard, vat, () => false);
  const row: VatRow | undefined = shard.vats.get(vat);
  shard.vats.delete(vat);
  for (const item of row?.inbox ?? []) {
    if ('message' in item) route(shard, item.message);
  }
};

/** The fork has what its parent holds, also what the parent has sent before it. */
export const forkVat = (shard: Shard, vat: string): void => {
  const fork = makeVat(shard);
  const parent = shard.vats.get(vat);
  for (const { ref, must, isWeak } of heldBy(shard, vat)) {
    if (!isWeak) hold(shard, fork, { ref, must });
  }
  // News that the parent is about to hear is for the fork as well.
  for (const item of parent?.inbox ?? []) if ('news' in item) toInbox(shard, fork, item);
};

export const suspendVat = (shard: Shard, vat: string, isSuspended: boolean): void => {
  const row = shard.vats.get(vat);
  if (row !== undefined) shard.vats.put(vat, { ...row, isSuspended });
};
