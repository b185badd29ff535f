/** Where messages go, and what a settlement sets free. */
import { homeOf, isObject, type PeerID, type Ref } from '../message.js';
import { MOST_HOPS } from '../rules.js';
import {
  type Data,
  dataOf,
  isLost,
  leadOf,
  newName,
  nextNumber,
  post,
  promiseOf,
  REJECTION,
  type Shard,
  toInbox,
  type Waiting,
} from './shard.js';
import { resolveTo, slotsOut } from './slots.js';

/** Sends on what waited, in the order in which it came to wait, across all promises that this sets free. */
const release = (shard: Shard, queue: readonly Waiting[], to: Ref): void => {
  if (queue.length === 0) return;
  const isFirst = shard.work === undefined;
  const settlement = isFirst ? nextNumber(shard, 'settlement') : shard.counters.get('settlement');
  const by = `${shard.id}/${settlement ?? 0}`;
  const messages = queue.map((message): Waiting => ({
    ...message,
    target: to,
    freed: { by, stamp: message.stamp },
  }));
  if (!shard.rules.arrivalOrder) {
    shard.work ??= [];
    for (const message of messages) route(shard, message);
    if (isFirst) shard.work = undefined;
    return;
  }
  if (shard.work !== undefined) {
    shard.work.push(...messages);
    return;
  }
  shard.work = [...messages];
  for (;;) {
    const next = shard.work.reduce<Waiting | undefined>(
      (first, each) => (first === undefined || each.stamp < first.stamp ? each : first),
      undefined,
    );
    if (next === undefined) break;
    shard.work.splice(shard.work.indexOf(next), 1);
    route(shard, next);
  }
  shard.work = undefined;
};

export const refuse = (shard: Shard, { id, result }: Waiting): void => {
  shard.fates.put(id, { isRefused: true });
  if (result !== undefined) settle(shard, result, REJECTION);
};

/** The result of a message that goes to a peer is decided there, under a name of its own. */
const resultOut = (shard: Shard, to: PeerID, result: Ref): string => {
  const row = promiseOf(shard, result);
  const known = shard.rules.freshResults ? undefined : row.names[to];
  const name = known ?? newName(shard);
  shard.names.put(`${to}|${name}`, result);
  shard.promises.put(result, {
    ...row,
    decider: { peer: to },
    via: { peer: to, name },
    queue: [],
  });
  return name;
};

const transmit = (
  shard: Shard,
  to: PeerID,
  target: { object: `o.${string}.${number}` } | { promise: string },
  message: Waiting,
): void => {
  if (isLost(shard, to)) {
    refuse(shard, message);
    return;
  }
  const { id, must, kinds, result, freed } = message;
  const { slots, after } = slotsOut(shard, to, message.slots);
  const queue = result === undefined ? [] : promiseOf(shard, result).queue;
  const name = result === undefined ? null : resultOut(shard, to, result);
  post(shard, to, {
    ...{ op: 'send', target, id, must, slots, kinds, result: name, freed },
    birth: result === undefined ? 0 : promiseOf(shard, result).birth,
    hops: message.hops + 1,
  });
  after();
  if (result !== undefined) release(shard, queue, result);
};

export const route = (shard: Shard, message: Waiting): void => {
  const target = leadOf(shard, message.target);
  if (isObject(target)) {
    if (homeOf(target) !== shard.id) {
      transmit(shard, homeOf(target), { object: target }, message);
      return;
    }
    const row = shard.objects.get(target);
    if (row === undefined) throw Error(`message ${message.id} for ${target}, which is freed`);
    if (row.owner === undefined) refuse(shard, message);
    else toInbox(shard, row.owner, { message: { ...message, target } });
    return;
  }
  const row = promiseOf(shard, target);
  if (row.data !== undefined) {
    refuse(shard, message);
    return;
  }
  if (row.embargo !== undefined || row.via === undefined) {
    shard.promises.put(target, { ...row, queue: [...row.queue, message] });
    return;
  }
  if (shard.rules.hops && message.hops >= MOST_HOPS) {
    refuse(shard, message);
    return;
  }
  shard.promises.put(target, { ...row, sentOn: row.sentOn + 1 });
  // It may wait there for longer than what is sent after it to where another promise leads.
  transmit(shard, row.via.peer, { promise: row.via.name }, { ...message, freed: undefined });
};

/** Tells those who know a promise, vats and peers, and those who know what follows it. */
const announce = (shard: Shard, ref: Ref, data: Data): void => {
  const { names, followers, ...row } = promiseOf(shard, ref);
  shard.promises.put(ref, { ...row, names: {}, followers: [] });
  for (const [peer, name] of Object.entries(names)) resolveTo(shard, peer, { ref, name, data });
  for (const { vat, ref: held, isWeak } of shard.holds.rows.values()) {
    if (held === ref && !isWeak) toInbox(shard, vat, { news: ref, data });
  }
  for (const follower of followers) announce(shard, follower, data);
};

/** A promise goes where another one goes. A ring of promises in one kernel is rejected. */
const follow = (shard: Shard, ref: Ref, to: Ref): void => {
  const { via: _via, embargo: _embargo, ...row } = promiseOf(shard, ref);
  shard.promises.put(ref, { ...row, decider: undefined, follows: to, queue: [] });
  const leader = promiseOf(shard, to);
  shard.promises.put(to, { ...leader, followers: [...leader.followers, ref] });
  release(shard, row.queue, to);
};

export const settle = (shard: Shard, ref: Ref, given: Data): void => {
  const [only] = given.slots;
  let data = given;
  if (given.leads && only !== undefined && !isObject(only.ref)) {
    const lead = leadOf(shard, only.ref);
    if (lead === ref) data = REJECTION;
    else if (!isObject(lead) && promiseOf(shard, lead).data === undefined) {
      follow(shard, ref, lead);
      return;
    } else {
      const final = dataOf(shard, only.ref) ?? REJECTION;
      const [slot] = final.slots;
      data =
        final.leads && slot !== undefined
          ? { ...final, slots: [{ ...slot, must: [...new Set([...slot.must, ...only.must])] }] }
          : final;
    }
  }
  const { via: _via, embargo: _embargo, ...row } = promiseOf(shard, ref);
  if (row.data !== undefined || row.follows !== undefined)
    throw Error(`${ref} of ${shard.id} is settled twice`);
  shard.promises.put(ref, { ...row, decider: undefined, data, queue: [] });
  release(shard, row.queue, ref);
  announce(shard, ref, data);
};
