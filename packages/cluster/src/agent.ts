import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf, messageOf } from '@cooperage/types';
import type { AgentOptions } from './agent-options.js';
import {
  type ClusterView,
  type Membership,
  openMembership,
  type ShardPlace,
} from './membership.js';
import { type AgentSends, makeAgentSends } from './agent-sends.js';
import { placeShard } from './placement.js';
import { type Counters, type Kept, makeKeptShards } from './kept-shards.js';
import { isStuck, leaseToAsk } from './lease.js';
import type { ShardChild } from './shard-child.js';

/** A choice stands for so long before a healthy shard moves by it. */
const SETTLE = 10_000;
/** So long an agent that was told to end waits for other nodes to take its shards. */
const HAND_OVER_WITHIN = 60_000;
/** While a shard is handed over the loop runs so often, for so long. */
const HURRIED = 20;
const HURRY = 5_000;

export interface OwnShard {
  readonly shard: string;
  readonly pid: number | undefined;
  readonly state: ShardChild['state'];
}

/** One node of a cluster: it holds a lease, and runs a process for each shard that it owns or stands by for. */
export interface Agent extends AgentSends {
  readonly name: string;
  readonly incarnation: string;
  readonly shards: readonly OwnShard[];
  readonly counters: Readonly<Counters>;
  /** Milliseconds since the agent's loop turned, and since the database answered it. */
  readonly idle: number;
  readonly unanswered: number;
  /** The database answered within a lease, and each shard that this node owns is open. */
  readonly isReady: boolean;
  /** Hands each shard over, and ends. Idempotent. */
  stop(): Promise<void>;
  /** Ends the processes of the shards at once: safe, and slower for those who wait for them. */
  kill(): void;
}

export const startAgent = async (options: AgentOptions): Promise<Agent> => {
  const { node, lease, log } = options;
  const membership: Membership = openMembership(options.database);
  await membership.meta();
  let incarnation = randomUUID() as string;
  let renewed = performance.now();
  /** Milliseconds that the lease lasts from `renewed` on. */
  let granted = lease;
  let turned = renewed;
  let answeredAt = renewed;
  let isDraining = false;
  let stopping: Promise<void> | undefined;
  let isOver = false;
  let view: ClusterView = { nodes: [], shards: [] };
  /** Until when the loop runs more often: a shard is between two nodes. */
  let hurryUntil = 0;
  const counters: Counters = { takeovers: {}, epochLost: 0, restarts: 0, leasesLost: 0 };

  const join = async (): Promise<void> => {
    const asked = performance.now();
    const asking = leaseToAsk(lease);
    await membership.join({ ...node, incarnation, lease: asking });
    // The lease began at the latest when the question was sent.
    renewed = asked;
    granted = asking;
  };

  const { kept, keptOf, startChild, killAll } = makeKeptShards(
    options,
    counters,
    () => incarnation,
  );

  /** Others may have taken over what this node had: it begins a new life, without anything. */
  const loseLease = async (): Promise<void> => {
    counters.leasesLost += 1;
    log(
      'warn',
      'the lease of this node has ended: its processes are ended, and it joins again',
      {},
    );
    killAll();
    incarnation = randomUUID();
    await join();
  };

  const renew = async (): Promise<void> => {
    const asked = performance.now();
    const asking = leaseToAsk(lease);
    const row = await membership.renew(incarnation, asking);
    if (row === undefined) {
      await loseLease();
      return;
    }
    renewed = asked;
    granted = asking;
    if (row.draining) isDraining = true;
  };

  const isLive = (id: string | undefined): boolean =>
    id !== undefined && view.nodes.some((each) => each.incarnation === id);

  const candidates = () =>
    view.nodes.filter(
      (each) => !each.draining && !(isDraining && each.incarnation === incarnation),
    );

  /** A shard of this node: run it, or hand it over. */
  const tendOwn = async (shard: ShardPlace, own: Kept): Promise<void> => {
    const { child } = own;
    if (shard.wanted !== undefined && shard.ready && isLive(shard.wanted)) {
      hurryUntil = performance.now() + HURRY;
      // A process that closes its kernel gives the shard back; one that was killed did not.
      if (child === undefined) await membership.release(shard.id, incarnation);
      else void child.stop();
      return;
    }
    if (child === undefined) startChild(shard.id, 'owner');
    else if (child.state.role === 'standby') child.own();
    else if (child.state.role === 'owner') own.isWell();
  };

  /** A shard whose owner lives: follow it, ask for it, or leave it alone. */
  const tendForeign = async (shard: ShardPlace, own: Kept): Promise<void> => {
    const { owner, standby } = placeShard(shard.id, candidates(), shard.pinned);
    const isChoice = owner?.incarnation === incarnation;
    const isNext = options.standby && standby?.incarnation === incarnation;
    const isWanted = shard.wanted === incarnation;
    if (!isChoice && !isNext && !isWanted) {
      own.chosenSince = undefined;
      if (own.child !== undefined && own.child.state.role !== 'owner') void own.child.stop();
      return;
    }
    if (own.child === undefined) startChild(shard.id, 'standby');
    if (!isChoice && !isWanted) {
      own.chosenSince = undefined;
      return;
    }
    own.chosenSince ??= performance.now();
    const isPressing =
      isWanted || view.nodes.some((each) => each.incarnation === shard.owner && each.draining);
    if (!isPressing && performance.now() - own.chosenSince < SETTLE) return;
    const { state } = own.child ?? {};
    if (state?.role !== 'standby' || state.lag > 1 || (isWanted && shard.ready)) return;
    own.reason = 'handover';
    hurryUntil = performance.now() + HURRY;
    await membership.want(shard.id, incarnation, true);
  };

  /** A shard without an owner that lives. */
  const tendFree = (shard: ShardPlace, own: Kept): void => {
    const { owner } = placeShard(shard.id, candidates(), shard.pinned);
    const chosen = isLive(shard.wanted) && shard.ready ? shard.wanted : owner?.incarnation;
    if (chosen !== incarnation) return;
    if (shard.wanted !== incarnation) own.reason = shard.owner === undefined ? 'start' : 'lease';
    if (own.child === undefined) startChild(shard.id, 'owner');
    else if (own.child.state.role === 'standby') own.child.own();
  };

  const tend = async (): Promise<void> => {
    for (const shard of view.shards) {
      if (shard.state !== 'open' || options.kernels[shard.id] === undefined) continue;
      const own = keptOf(shard.id);
      own.child?.ping();
      // A process that is stopped, or in an endless loop, holds the shard for as long as the node renews its lease.
      if (own.child !== undefined) {
        const { silent, state } = own.child;
        if (isStuck({ silent, role: state.role, isInspected: state.isInspected }, lease)) {
          own.child.kill();
        }
      }
      if (shard.owner === incarnation) await tendOwn(shard, own);
      else if (isLive(shard.owner)) await tendForeign(shard, own);
      else tendFree(shard, own);
    }
  };

  const round = async (): Promise<void> => {
    turned = performance.now();
    if (turned - renewed > lease / 3) await renew();
    view = await membership.view();
    answeredAt = performance.now();
    await tend();
  };

  const interval = Math.max(20, Math.min(250, lease / 10));

  /** Beside the loop, which may wait for an answer of the database. */
  const guard = setInterval(() => {
    if (performance.now() - renewed > granted) killAll();
  }, interval);
  guard.unref();

  const loop = async (): Promise<void> => {
    while (!isOver) {
      try {
        await round();
      } catch (error) {
        log('warn', messageOf(error), { code: codeOf(error) });
      }
      await sleep(performance.now() < hurryUntil ? HURRIED : interval);
    }
  };

  const ownsNothing = (): boolean =>
    [...kept.values()].every(({ child }) => child === undefined || child.state.role === 'standby');

  const stop = async (): Promise<void> => {
    isDraining = true;
    await membership.drain(node.name).catch(() => undefined);
    const deadline = performance.now() + HAND_OVER_WITHIN;
    const hasOthers = (): boolean => candidates().length > 0;
    while (!isOver && hasOthers() && !ownsNothing() && performance.now() < deadline)
      await sleep(20);
    isOver = true;
    await looping;
    clearInterval(guard);
    for (const { child } of kept.values()) await child?.stop();
    await membership.leave(incarnation).catch(() => undefined);
    await membership.close();
    log('info', 'ended', {});
  };

  await join();
  log('info', 'joined', { incarnation });
  const looping = loop();

  return {
    name: node.name,
    get incarnation() {
      return incarnation;
    },
    get shards() {
      return [...kept].flatMap(([shard, { child }]) =>
        child === undefined ? [] : [{ shard, pid: child.pid, state: child.state }],
      );
    },
    counters,
    get idle() {
      return performance.now() - turned;
    },
    get unanswered() {
      return performance.now() - answeredAt;
    },
    get isReady() {
      return (
        performance.now() - answeredAt < lease &&
        view.shards.every(
          (shard) =>
            shard.owner !== incarnation || kept.get(shard.id)?.child?.state.role === 'owner',
        )
      );
    },
    ...makeAgentSends(node.name, options.kernels, kept),
    stop: () => (stopping ??= stop()),
    kill: () => {
      isOver = true;
      clearInterval(guard);
      killAll();
    },
  };
};
