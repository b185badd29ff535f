/** What happens in a world of shards, one thing at a time. */
import type { PeerID, Ref } from '../message.js';
import { isObject } from '../message.js';
import { collect } from '../protocol/collect.js';
import {
  holdOf,
  drop,
  LinkCorrupt,
  linkTo,
  promiseOf,
  type Shard,
  weaken,
} from '../protocol/shard.js';
import {
  createAt,
  decidedBy,
  deliverNext,
  endVat,
  forkVat,
  makeObject,
  reachableBy,
  sendFrom,
  settleBy,
  suspendVat,
  upgradeVat,
} from '../protocol/vats.js';
import { commitGroup, copyOf, idsOf, moveCheckpoint, onLink, readLog } from './database.js';
import { forge } from './forge.js';
import type { Run } from './run.js';
import { commit, crank, nextOn, type Process, take } from './process.js';
import { crash, lose, lossesToNotice, noticeLoss, processOf, senders } from './world.js';

export const count = ({ counts }: Run, what: string): void => {
  counts[what] = (counts[what] ?? 0) + 1;
};

/** Groups never get longer than the window. */
const inCrank = (run: Run, process: Process, act: (shard: Shard) => void): void => {
  crank(run.world.database, process, (shard) => {
    act(shard);
    if (run.random.chance(0.4)) collect(shard);
  });
  if (process.cranks >= run.settings.window) commit(run.world.database, process);
};

/** The vats of a shard do not go on while one of its links is too long. */
export const isHeldBack = ({ world, settings }: Run, { shard }: Process): boolean =>
  idsOf(world.database).some(
    (peer) =>
      linkTo(shard, peer).sent - (world.database.credits.get(`${shard.id}>${peer}`) ?? 0) >
      settings.limit,
  );

const VAT_ACTS = {
  ...{ send: 50, settle: 22, drop: 14, weaken: 3, make: 5 },
  ...{ fork: 1, upgrade: 0.7, end: 0.7, suspend: 1.5, create: 1.5 },
};
const LIVES: readonly string[] = ['fork', 'upgrade', 'end', 'suspend', 'create'];
/** So many vats a shard has at most. */
const MOST_VATS = 5;

const settleOne = ({ random, settings }: Run, shard: Shard, vat: string): void => {
  const open = decidedBy(shard, vat);
  if (open.length === 0) return;
  const ref = random.pick(open);
  const refs = reachableBy(shard, vat);
  const roll = random.next();
  if (roll < 0.1 || refs.length === 0) {
    settleBy(shard, vat, ref, { isReject: random.chance(0.5), leads: false, slots: [] });
  } else if (roll < 0.3) {
    const slots = Array.from({ length: 1 + random.below(3) }, () => random.pick(refs));
    settleBy(shard, vat, ref, { isReject: random.chance(0.2), leads: false, slots });
  } else {
    const to = random.pick(refs);
    const isOlder = isObject(to) || promiseOf(shard, to).birth < promiseOf(shard, ref).birth;
    if (!isOlder && !settings.hasRings) return;
    settleBy(shard, vat, ref, { isReject: false, leads: true, slots: [to] });
  }
};

const sendOne = (run: Run, shard: Shard, vat: string): void => {
  const refs = reachableBy(shard, vat);
  if (refs.length === 0) return;
  const { random } = run;
  const slots = Array.from({ length: random.below(3) }, () => random.pick(refs));
  sendFrom(shard, vat, { target: random.pick(refs), slots, hasResult: random.chance(0.5) });
  count(run, 'sent');
};

const dropOne = ({ random }: Run, shard: Shard, vat: string, isWeak: boolean): void => {
  const refs = reachableBy(shard, vat).filter((ref) => !isRoot(ref) && (!isWeak || isObject(ref)));
  const row = refs.length === 0 ? undefined : holdOf(shard, vat, random.pick(refs));
  if (row === undefined) return;
  if (isWeak) weaken(shard, row);
  else drop(shard, row);
};

const isRoot = (ref: Ref): boolean => isObject(ref) && ref.endsWith('.1');

const livingAct = (run: Run, shard: Shard, vat: string, what: string): void => {
  const { random, world } = run;
  count(run, what);
  if (what === 'suspend') suspendVat(shard, vat, shard.vats.get(vat)?.isSuspended !== true);
  else if (what === 'fork' && shard.vats.rows.size < MOST_VATS) forkVat(shard, vat);
  else if (what === 'upgrade') upgradeVat(shard, vat, (ref) => isRoot(ref) || random.chance(0.5));
  else if (what === 'end' && vat !== 'v1') endVat(shard, vat);
  else if (what === 'create') {
    const peers = idsOf(world.database).filter((id) => id !== shard.id);
    createAt(shard, vat, random.pick(peers));
  }
};

const vatActs = (run: Run, process: Process): void => {
  if (isHeldBack(run, process)) {
    count(run, 'heldBack');
    return;
  }
  const { random, settings } = run;
  const vats = [...process.shard.vats.rows.keys()];
  if (vats.length === 0) return;
  const vat = random.pick(vats);
  const what = random.weighted(VAT_ACTS);
  if (LIVES.includes(what) && !settings.hasLives) return;
  inCrank(run, process, (shard) => {
    if (what === 'send') sendOne(run, shard, vat);
    else if (what === 'settle') settleOne(run, shard, vat);
    else if (what === 'drop' || what === 'weaken') dropOne(run, shard, vat, what === 'weaken');
    else if (what === 'make') makeObject(shard, vat);
    else livingAct(run, shard, vat, what);
  });
};

/** False where nothing waits for a vat that is up. */
export const deliverOne = (run: Run, process: Process): boolean => {
  const ready = [...process.shard.vats.rows].flatMap(([vat, { inbox, isSuspended }]) =>
    inbox.length > 0 && !isSuspended ? [vat] : [],
  );
  if (ready.length === 0) return false;
  inCrank(run, process, (shard) => deliverNext(shard, run.random.pick(ready)));
  return true;
};

/** Who lied is stopped, and an operator gives it up. What it had sent is not believed any more. */
const giveUp = (run: Run, from: PeerID, taker: Process, why: unknown): void => {
  const { world } = run;
  const { liar } = run.settings;
  // What a liar hears does not fit to what it has: that says nothing of the others.
  const isLie =
    liar !== undefined && (taker.index === liar || processOf(world, liar).shard.id === from);
  if (liar === undefined || !isLie)
    throw Error(`the link from ${from} was stopped, which had said nothing wrong: ${String(why)}`);
  count(run, 'caught');
  lose(world, liar, false);
};

/** False where no link has a message that may be taken. */
export const arriveOne = (run: Run, isEnding = false): boolean => {
  const { world, random, held } = run;
  const open = world.processes.flatMap((process) =>
    senders(world).flatMap((from) => {
      if (from === process.shard.id) return [];
      if (!isEnding && held.has(`${from}>${process.shard.id}`)) return [];
      const message = nextOn(world.database, process, from);
      return message === undefined ? [] : [{ process, from, message }];
    }),
  );
  if (open.length === 0) return false;
  const { process, from, message } = random.pick(open);
  count(run, message.op.op);
  try {
    take(world.database, process, from, message);
  } catch (error) {
    if (!(error instanceof LinkCorrupt)) throw error;
    giveUp(run, from, process, error);
    return true;
  }
  if (process.cranks >= run.settings.window) commit(world.database, process);
  return true;
};

/** A message that is not durably taken is read again. */
const readTwice = (run: Run, process: Process): void => {
  const { world, random } = run;
  for (const from of senders(world)) {
    const { taken } = linkTo(process.shard, from);
    const again = onLink(world.database, from, process.shard.id).filter(({ n }) => n <= taken);
    if (again.length === 0) continue;
    count(run, 'readTwice');
    take(world.database, process, from, random.pick(again));
    return;
  }
};

const commitLate = (run: Run): void => {
  const [zombie] = run.world.zombies.splice(0, 1);
  if (zombie === undefined) return;
  const { index, group } = zombie;
  const wasKept = commitGroup(run.world.database, index, group, run.world.rules);
  count(run, wasKept ? 'lateKept' : 'lateRefused');
};

const holdUp = (run: Run): void => {
  const { world, random, held } = run;
  if (held.size > 0 && random.chance(0.5)) held.clear();
  else held.add(`${random.pick(senders(world))}>${random.pick(idsOf(world.database))}`);
};

/** A standby begins with the checkpoint, and reads some of the log now and then. */
const standBy = ({ world, random }: Run, { index }: Process): void => {
  const record = world.database.shards[index];
  if (record === undefined) return;
  const copy = world.standbys.get(index) ?? copyOf(record.checkpoint);
  // Behind the checkpoint it can only be made anew.
  if (copy.seq >= record.checkpoint.seq) readLog(record, copy, 1 + random.below(6));
  world.standbys.set(index, copy);
};

const checkpoint = ({ world, random }: Run, { index }: Process): void => {
  const record = world.database.shards[index];
  if (record !== undefined) moveCheckpoint(record, 1 + random.below(8));
};

export const notice = (run: Run, process: Process): boolean => {
  const [peer] = lossesToNotice(run.world, process);
  if (peer === undefined) return false;
  noticeLoss(run.world, process, peer);
  return true;
};

const STEPS = {
  ...{ act: 36, deliver: 24, arrive: 34, commit: 5, notice: 1, readTwice: 1 },
  ...{ holdUp: 0.8, late: 0.8, crash: 1, lose: 0.15, forge: 4, collect: 2 },
  ...{ standBy: 2, checkpoint: 0.8 },
};

export const randomStep = (run: Run): void => {
  const { world, random, settings } = run;
  const process = random.pick(world.processes);
  switch (random.weighted(STEPS)) {
    case 'act':
      return vatActs(run, process);
    case 'deliver':
      return void deliverOne(run, process);
    case 'arrive':
      return void arriveOne(run);
    case 'commit':
      return void commit(world.database, process);
    case 'notice':
      return void notice(run, process);
    case 'readTwice':
      return readTwice(run, process);
    case 'holdUp':
      return holdUp(run);
    case 'late':
      return commitLate(run);
    case 'collect':
      return inCrank(run, process, collect);
    case 'standBy':
      return standBy(run, process);
    case 'checkpoint':
      return checkpoint(run, process);
    case 'crash':
      if ((run.counts['crash'] ?? 0) >= settings.crashes) return;
      count(run, 'crash');
      count(run, world.standbys.has(process.index) ? 'warm' : 'cold');
      return crash(world, process.index, random.chance(0.7));
    case 'lose':
      if ((run.counts['lose'] ?? 0) >= settings.losses) return;
      count(run, 'lose');
      return void lose(world, process.index, world.rules.drained);
    case 'forge':
      if (settings.liar === undefined || (run.counts['caught'] ?? 0) > 0) return;
      count(run, 'forged');
      return forge(run, processOf(world, settings.liar));
  }
};
