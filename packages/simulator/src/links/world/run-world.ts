/** One world from a seed: what happens in it by chance, its end, and what must hold. */
import { makeRandom } from '../../random.js';
import { Violation } from '../../violation.js';
import type { PeerID } from '../message.js';
import { collect } from '../protocol/collect.js';
import { drop } from '../protocol/shard.js';
import { decidedBy, makeObject, settleBy, suspendVat } from '../protocol/vats.js';
import { type LinkRule, rulesWithout } from '../rules.js';
import { checkCounts, checkMessages, checkNothingLeft, checkSettled } from './invariants.js';
import { arriveOne, deliverOne, notice, randomStep } from './moves.js';
import type { Run, Settings } from './run.js';
import { commit, crank } from './process.js';
import { type LinkWorld, makeWorld } from './world.js';

/** A world that does not come to rest by then goes round. */
const MOST_STEPS = 25_000;

export interface WorldPlan extends Settings {
  readonly seed: number;
  readonly shards: number;
  readonly vats: number;
  readonly steps: number;
}

/** What a seed chooses. */
export const planOf = (seed: number): WorldPlan => {
  const random = makeRandom(`links ${seed}`);
  const shards = 2 + random.below(4);
  const kind = random.below(10);
  return {
    ...{ seed, shards, vats: 1 + random.below(2) },
    steps: 80 + random.below(7) * 80,
    window: 1 + random.below(8),
    crashes: kind < 5 ? random.below(6) : 0,
    losses: kind < 2 ? 1 + random.below(2) : 0,
    ...(kind === 9 && shards > 2 && { liar: random.below(shards) }),
    limit: random.chance(0.3) ? 6 + random.below(20) : 10_000,
    hasRings: kind === 8,
    hasLives: random.chance(0.6),
  };
};

export type WorldOutcome = Readonly<Record<string, number>>;

const settleAll = (run: Run): boolean => {
  for (const process of run.world.processes) {
    for (const [vat, { isSuspended }] of [...process.shard.vats.rows]) {
      if (isSuspended) {
        crank(run.world.database, process, (shard) => suspendVat(shard, vat, false));
        return true;
      }
      const [ref] = decidedBy(process.shard, vat);
      if (ref === undefined) continue;
      crank(run.world.database, process, (shard) =>
        settleBy(shard, vat, ref, {
          ...{ isReject: false, leads: true },
          slots: [makeObject(shard, vat)],
        }),
      );
      return true;
    }
  }
  return false;
};

const commitAll = ({ world }: Run): boolean => {
  const waiting = world.processes.filter(({ cranks }) => cranks > 0);
  for (const process of waiting) commit(world.database, process);
  return waiting.length > 0;
};

const comeToRest = (run: Run): void => {
  for (let i = 0; i < MOST_STEPS; i += 1) {
    if (arriveOne(run, true)) continue;
    if (run.world.processes.some((process) => deliverOne(run, process))) continue;
    if (commitAll(run) || settleAll(run)) continue;
    if (run.world.processes.some((process) => notice(run, process))) continue;
    return;
  }
  throw new Violation('it does not come to rest');
};

const dropAll = (run: Run): void => {
  for (const process of run.world.processes) {
    crank(run.world.database, process, (shard) => {
      for (const row of [...shard.holds.rows.values()]) drop(shard, row);
    });
  }
  for (let i = 0; i < 40; i += 1) {
    for (const process of run.world.processes) crank(run.world.database, process, collect);
    if (run.world.processes.every(({ outgoing }) => outgoing.length === 0)) return;
    comeToRest(run);
  }
};

const blockedLinks = ({ world }: Run): string | undefined => {
  for (const [key, [first]] of world.database.links)
    if (first !== undefined)
      return `${key}: ${first.op.op} ${first.n} ${JSON.stringify(first.needs)}`;
  return undefined;
};

/** All lives of the shard that lies, whether it was found out or not. */
const liarsOf = ({ lost, processes }: LinkWorld, liar: number): ReadonlySet<PeerID> =>
  new Set([
    ...lost,
    ...processes.flatMap(({ index, shard }) => (index === liar ? [shard.id] : [])),
  ]);

/** @throws {Violation} and whatever else a rule that is switched off lets happen */
export const runWorld = (plan: WorldPlan, without: readonly LinkRule[] = []): WorldOutcome => {
  const rules = rulesWithout(...without);
  const isStrict = plan.liar === undefined && (rules.drained || plan.losses === 0);
  const world = makeWorld({ shards: plan.shards, vats: plan.vats, rules, isStrict });
  const random = makeRandom(`links ${plan.seed} steps`);
  const run: Run = { world, random, settings: plan, held: new Set(), counts: {} };
  const isWhole = plan.losses === 0 && plan.liar === undefined && !plan.hasRings;
  for (let i = 0; i < plan.steps; i += 1) {
    randomStep(run);
    if (plan.losses === 0 && plan.liar === undefined && i % 16 === 0) checkCounts(world);
  }
  comeToRest(run);
  const blocked = blockedLinks(run);
  if (blocked !== undefined) throw new Violation(`a link is blocked: ${blocked}`);
  checkMessages(world, { isWhole, isOrdered: isStrict });
  if (plan.hasRings) return run.counts;
  checkSettled(world);
  dropAll(run);
  // A shard that grants what it does not pass on makes the home keep it: of what it was given, and no more.
  checkNothingLeft(world, plan.liar === undefined ? new Set() : liarsOf(world, plan.liar));
  return run.counts;
};
