/** What holds in every world: at each step, at the end, and when everything was let go. */
import { insist } from '../../violation.js';
import {
  homeOf,
  isObject,
  type ObjectRef,
  type Op,
  type PeerID,
  type Ref,
  type Slot,
} from '../message.js';
import { type Fate, leadOf, promiseOf, sumOf } from '../protocol/shard.js';
import { onLink } from './database.js';
import type { LinkWorld } from './world.js';

type Tally = Map<string, number>;
const add = (tally: Tally, key: string, n: number): void => {
  tally.set(key, (tally.get(key) ?? 0) + n);
};

const slotsOf = (op: Op): readonly Slot[] =>
  op.op === 'send'
    ? op.slots
    : op.op === 'resolve'
      ? op.settled.flatMap(({ data }) => data.slots)
      : [];

/** What is on its way between two shards, committed or not. */
const underWay = (
  world: LinkWorld,
): { readonly from: PeerID; readonly to: PeerID; readonly op: Op }[] =>
  world.processes.flatMap(({ shard, outgoing }) => {
    const coming = world.processes.flatMap(({ shard: { id: from } }) =>
      onLink(world.database, from, shard.id)
        .filter(({ n }) => n > (shard.links.get(from)?.taken ?? 0))
        .map(({ op }) => ({ from, to: shard.id, op })),
    );
    return [...coming, ...outgoing.map(({ to, op }) => ({ from: shard.id, to, op }))];
  });

/** Each object's count at home is what its holders have received, and what is on its way. In worlds without losses. */
export const checkCounts = (world: LinkWorld): void => {
  const held: Tally = new Map();
  const key = (object: ObjectRef, holder: PeerID, giver: PeerID): string =>
    `${object} held by ${holder} from ${giver}`;
  for (const { shard } of world.processes) {
    for (const [ref, row] of shard.objects.rows) {
      for (const [giver, n] of Object.entries(row.received))
        add(held, key(ref as ObjectRef, shard.id, giver), n);
      for (const [holder, { by }] of Object.entries(row.lent))
        for (const [giver, n] of Object.entries(by))
          add(held, key(ref as ObjectRef, holder, giver), -n);
    }
  }
  for (const { from, to, op } of underWay(world)) {
    for (const slot of slotsOf(op)) {
      if ('object' in slot && homeOf(slot.object) !== to) add(held, key(slot.object, to, from), 1);
    }
    if (op.op === 'grant') add(held, key(op.object, op.peer, from), -1);
    if (op.op === 'gc')
      for (const [object, deltas] of op.objects)
        for (const [giver, n] of Object.entries(deltas)) add(held, key(object, from, giver), n);
  }
  for (const [what, n] of held) insist(n === 0, () => `${what}: off by ${n}`);
};

/** What one settlement set free arrives in the order in which it came to wait. */
const checkFreed = (fates: readonly Fate[]): void => {
  const last = new Map<string, number>();
  const delivered = fates.flatMap((fate) => ('at' in fate ? [fate] : []));
  for (const { at, freed } of delivered.sort((a, b) => a.index - b.index)) {
    if (freed === undefined) continue;
    const key = `${freed.by} ${at}`;
    const before = last.get(key) ?? 0;
    insist(before < freed.stamp, () => `${freed.by} sent what waited to ${at} out of order`);
    last.set(key, freed.stamp);
  }
};

/** At rest: each message was delivered once or refused once, and in order for each object. */
export const checkMessages = (
  world: LinkWorld,
  { isWhole, isOrdered }: { readonly isWhole: boolean; readonly isOrdered: boolean },
): void => {
  const fates = new Map<string, Fate>();
  for (const { shard } of world.processes) {
    for (const [id, fate] of shard.fates.rows) {
      insist(!fates.has(id), () => `message ${id} has two ends`);
      fates.set(id, fate);
    }
  }
  if (isWhole) {
    for (const { shard } of world.processes)
      for (const id of shard.sent.rows.keys())
        insist(fates.has(id), () => `message ${id} was not delivered`);
  }
  if (!isOrdered) return;
  checkFreed([...fates.values()]);
  for (const [id, fate] of fates) {
    if (!('at' in fate)) continue;
    for (const first of fate.must) {
      const before = fates.get(first);
      if (before === undefined || !('at' in before) || before.at !== fate.at) continue;
      const { index } = before;
      insist(
        index < fate.index,
        () => `message ${id} came before ${first}, which was sent first on ${fate.at}`,
      );
    }
  }
};

/** At rest: no promise waits. */
export const checkSettled = (world: LinkWorld): void => {
  for (const { shard } of world.processes) {
    for (const [ref, { data, queue }] of shard.promises.rows) {
      insist(queue.length === 0, () => `${queue.length} messages wait on ${ref} of ${shard.id}`);
      const lead = leadOf(shard, ref as Ref);
      const isSettled =
        data !== undefined || isObject(lead) || promiseOf(shard, lead).data !== undefined;
      insist(isSettled, () => `${ref} of ${shard.id} is never settled`);
    }
  }
};

/** When everything was let go, nothing is left. */
export const checkNothingLeft = (world: LinkWorld, liars: ReadonlySet<PeerID>): void => {
  for (const { shard } of world.processes) {
    for (const ref of shard.promises.rows.keys())
      insist(false, () => `${ref} of ${shard.id} is left`);
    for (const [ref, { lent, received }] of shard.objects.rows) {
      const isOfLiar = Object.values(lent).some(({ by }) =>
        Object.keys(by).some((giver) => liars.has(giver)),
      );
      insist(
        isOfLiar,
        () =>
          `${ref} is left at ${shard.id}: lent ${JSON.stringify(lent)}, received ${sumOf(received)}`,
      );
    }
    insist(shard.embargoes.rows.size === 0, () => `an embargo is left at ${shard.id}`);
  }
};
