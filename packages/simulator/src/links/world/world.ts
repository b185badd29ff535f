/** Some shards over one scripted database, or over several: then links are held up by themselves. */
import type { PeerID } from '../message.js';
import { peerLost } from '../protocol/loss.js';
import { hold, isLost, linkTo, newObject, type Shard } from '../protocol/shard.js';
import { lend } from '../protocol/slots.js';
import { makeVat } from '../protocol/vats.js';
import type { LinkRules } from '../rules.js';
import {
  copyDatabase,
  copyOf,
  type Database,
  type Group,
  idsOf,
  loseShard,
  makeDatabase,
  onLink,
  type ShardCopy,
} from './database.js';
import { commit, copyProcess, crank, openProcess, type Process } from './process.js';

export interface LinkWorld {
  readonly rules: LinkRules;
  readonly isStrict: boolean;
  readonly database: Database;
  readonly processes: Process[];
  /** Groups of processes that do not own their shard any more, and may try to commit still. */
  readonly zombies: { readonly index: number; readonly group: Group }[];
  /** By shard: the copy of its rows that a standby keeps, behind the log or not. */
  readonly standbys: Map<number, ShardCopy>;
  /** Lives of shards that are over. */
  readonly lost: Set<PeerID>;
}

export interface WorldShape {
  readonly shards: number;
  readonly vats: number;
  readonly rules: LinkRules;
  readonly isStrict: boolean;
}

/** Vat v1 of each shard has a root, which the first vats of all shards hold. */
const introduce = (processes: readonly Process[]): void => {
  for (const { shard: home } of processes) {
    const root = newObject(home, 'v1');
    hold(home, 'v1', { ref: root, must: [] });
    for (const { shard } of processes) {
      if (shard === home) continue;
      lend(home, root, { to: shard.id, by: home.id });
      const row = { lent: {}, received: { [home.id]: 1 }, toldKeeps: false };
      shard.objects.put(root, row);
      hold(shard, 'v1', { ref: root, must: [] });
    }
  }
};

export const makeWorld = ({ shards, vats, rules, isStrict }: WorldShape): LinkWorld => {
  const database = makeDatabase(shards);
  const processes = database.shards.map((_, index) =>
    openProcess(database, index, { rules, isStrict }),
  );
  for (const { shard } of processes) for (let i = 0; i < vats; i += 1) makeVat(shard);
  introduce(processes);
  for (const process of processes) {
    process.shard.tables.endCrank();
    commit(database, process);
  }
  return {
    rules,
    isStrict,
    database,
    processes,
    zombies: [],
    standbys: new Map(),
    lost: new Set(),
  };
};

export const copyWorld = (world: LinkWorld): LinkWorld => ({
  ...world,
  database: copyDatabase(world.database),
  processes: world.processes.map(copyProcess),
  zombies: [...world.zombies],
  standbys: new Map([...world.standbys].map(([index, copy]) => [index, copyOf(copy)])),
  lost: new Set(world.lost),
});

export const processOf = (world: LinkWorld, index: number): Process => {
  const process = world.processes[index];
  if (process === undefined) throw Error(`there is no shard ${index}`);
  return process;
};

/**
 * The process ends; the next one begins with what is durable: with the copy of the standby, if there is one, which then is
 * gone. What the former had not committed may come late.
 */
export const crash = (world: LinkWorld, index: number, comesLate: boolean): void => {
  const former = processOf(world, index);
  if (comesLate && former.cranks > 0) {
    const { shard, epoch, seq, outgoing } = former;
    const writes = shard.tables.takeGroup();
    const group = { ...{ id: shard.id, epoch, seq: seq + 1, outgoing, writes }, taken: [] };
    world.zombies.push({ index, group });
  }
  const standby = world.standbys.get(index);
  world.standbys.delete(index);
  world.processes[index] = openProcess(world.database, index, world, standby);
};

export const lose = (world: LinkWorld, index: number, keepsSent: boolean): PeerID => {
  const former = loseShard(world.database, index, keepsSent);
  world.lost.add(former);
  world.standbys.delete(index);
  const process = openProcess(world.database, index, world);
  world.processes[index] = process;
  crank(world.database, process, (shard: Shard) => makeVat(shard));
  return former;
};

/** Lost peers of which a shard has not heard, and all of whose messages it has taken. */
export const lossesToNotice = (world: LinkWorld, process: Process): PeerID[] =>
  [...world.lost].filter(
    (peer) =>
      peer !== process.shard.id &&
      !isLost(process.shard, peer) &&
      onLink(world.database, peer, process.shard.id).every(
        ({ n }) => n <= linkTo(process.shard, peer).taken,
      ),
  );

export const noticeLoss = (world: LinkWorld, process: Process, peer: PeerID): void =>
  crank(world.database, process, (shard) => peerLost(shard, peer));

/** All that may have sent something to a shard. */
export const senders = (world: LinkWorld): PeerID[] => [...idsOf(world.database), ...world.lost];
