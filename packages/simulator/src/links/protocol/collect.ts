/** What no one needs any more: rows that go, and what peers are told of it. */
import { homeOf, type ObjectRef, type PeerID, type Ref } from '../message.js';
import { type Counts, drop, type Passed, post, type Shard, sumOf, type Waiting } from './shard.js';

/** Everything that a row names which is needed. */
const findNeeded = (shard: Shard): ReadonlySet<string> => {
  const needed = new Set<string>();
  const open: Ref[] = [];
  const mark = (ref: Ref | undefined): void => {
    if (ref === undefined || needed.has(ref)) return;
    needed.add(ref);
    open.push(ref);
  };
  const markAll = (slots: readonly Passed[]): void => slots.forEach(({ ref }) => mark(ref));
  const markMessage = ({ target, slots, result }: Waiting): void => {
    mark(target);
    mark(result);
    markAll(slots);
  };
  for (const { ref, isWeak } of shard.holds.rows.values()) if (!isWeak) mark(ref);
  for (const { inbox } of shard.vats.rows.values()) {
    for (const item of inbox) {
      if ('message' in item) markMessage(item.message);
      else {
        mark(item.news);
        markAll(item.data.slots);
      }
    }
  }
  for (const ref of shard.names.rows.values()) mark(ref);
  for (const ref of shard.embargoes.rows.values()) mark(ref);
  for (const [ref, { decider, queue }] of shard.promises.rows)
    if (decider !== undefined || queue.length > 0) mark(ref as Ref);
  for (const [ref, { lent }] of shard.objects.rows)
    if (Object.values(lent).some(({ by }) => sumOf(by) > 0)) mark(ref as Ref);
  for (let ref = open.pop(); ref !== undefined; ref = open.pop()) {
    const row = shard.promises.get(ref);
    if (row === undefined) continue;
    mark(row.follows);
    markAll(row.data?.slots ?? []);
    markAll(row.embargo?.data.slots ?? []);
    row.queue.forEach(markMessage);
  }
  return needed;
};

export const collect = (shard: Shard): void => {
  const needed = findNeeded(shard);
  const weak = new Set<string>();
  for (const { ref, isWeak } of shard.holds.rows.values()) if (isWeak) weak.add(ref);
  const given = new Map<PeerID, [ObjectRef, Counts, boolean][]>();
  const gone = new Map<PeerID, ObjectRef[]>();
  const remove = (ref: ObjectRef): void => {
    shard.objects.delete(ref);
    for (const row of [...shard.holds.rows.values()]) if (row.ref === ref) drop(shard, row);
  };
  const add = <T>(lists: Map<PeerID, T[]>, peer: PeerID, item: T): void => {
    const list = lists.get(peer);
    if (list === undefined) lists.set(peer, [item]);
    else list.push(item);
  };
  for (const [key, row] of [...shard.objects.rows]) {
    const ref = key as ObjectRef;
    if (needed.has(ref)) continue;
    const home = homeOf(ref);
    if (home === shard.id) {
      for (const [peer, { keeps }] of Object.entries(row.lent)) if (keeps) add(gone, peer, ref);
      remove(ref);
      continue;
    }
    const keeps = weak.has(ref);
    const deltas = shard.rules.counts
      ? row.received
      : Object.fromEntries(Object.keys(row.received).map((giver) => [giver, 1]));
    const isNew = sumOf(deltas) > 0;
    if (isNew || (row.toldKeeps && !keeps)) add(given, home, [ref, deltas, keeps]);
    if (keeps) {
      if (isNew) shard.objects.put(ref, { ...row, received: {}, toldKeeps: true });
    } else remove(ref);
  }
  for (const [key, row] of [...shard.promises.rows]) {
    if (needed.has(key)) continue;
    shard.promises.delete(key);
    if (row.follows === undefined) continue;
    const leader = shard.promises.get(row.follows);
    if (leader !== undefined)
      shard.promises.put(row.follows, {
        ...leader,
        followers: leader.followers.filter((each) => each !== key),
      });
  }
  for (const [peer, objects] of given) post(shard, peer, { op: 'gc', objects });
  for (const [peer, objects] of gone) post(shard, peer, { op: 'gone', objects });
};
