/** The smallest world of two shards, in every order of its steps. */
import { insist } from '../violation.js';
import { arrive } from './protocol/arrivals.js';
import { collect } from './protocol/collect.js';
import { holdOf, drop, type Shard } from './protocol/shard.js';
import { decidedBy, deliverNext, sendFrom, settleBy } from './protocol/vats.js';
import { rulesWithout, type LinkRule } from './rules.js';
import type { Ref } from './message.js';
import { checkCounts, checkMessages } from './world/invariants.js';
import { idsOf } from './world/database.js';
import { commit, crank, nextOn, type Process } from './world/process.js';
import { copyWorld, crash, type LinkWorld, makeWorld, processOf } from './world/world.js';

export interface Explored {
  readonly states: number;
  /** In which nothing can happen any more. */
  readonly ends: number;
  readonly deepest: number;
}

export interface ExploreOptions {
  readonly without?: readonly LinkRule[];
  /** Processes that end without having committed, in one way through the world. */
  readonly crashes?: number;
}

type Step = (world: LinkWorld) => void;

interface Place {
  readonly world: LinkWorld;
  readonly crashesLeft: number;
}

const inCrank =
  (index: number, act: (shard: Shard) => void): Step =>
  (world) =>
    crank(world.database, processOf(world, index), (shard) => {
      act(shard);
      // Rows go as soon as they can, so that counts cross what is on its way.
      collect(shard);
    });

const rootOf = (index: number): Ref => `o.s${index}~1.1`;
const has = (shard: Shard, vat: string, ref: Ref): boolean => holdOf(shard, vat, ref) !== undefined;
const isDone = (shard: Shard, what: string): boolean => shard.counters.get(what) !== undefined;

/**
 * Two objects, the roots, and one promise, the result of `a` to the root of the other shard. The sender then sends `b` on
 * the promise; the receiver resolves it to the root of the sender, to which `c` was sent on the way: all meet there.
 */
const vatSteps = (world: LinkWorld): Step[] => {
  const first = processOf(world, 0).shard;
  const second = processOf(world, 1).shard;
  const steps: Step[] = [];
  const once = (index: number, shard: Shard, what: string, act: (shard: Shard) => void): void => {
    if (isDone(shard, what)) return;
    steps.push(
      inCrank(index, (own) => {
        own.counters.put(what, 1);
        act(own);
      }),
    );
  };
  const result: Ref = 'p.1';
  once(0, first, 'a', (shard) =>
    sendFrom(shard, 'v1', { target: rootOf(1), slots: [rootOf(0)], hasResult: true }),
  );
  if (isDone(first, 'a') && has(first, 'v1', result))
    once(0, first, 'b', (shard) =>
      sendFrom(shard, 'v1', { target: result, slots: [], hasResult: false }),
    );
  if (isDone(first, 'a'))
    once(0, first, 'drop', (shard) => {
      const row = holdOf(shard, 'v1', rootOf(1));
      if (row !== undefined) drop(shard, row);
    });
  // When the sender has heard, it sends where the promise led, after what it had sent on it.
  if (isDone(first, 'b') && !has(first, 'v1', result))
    once(0, first, 'c', (shard) =>
      sendFrom(shard, 'v1', { target: rootOf(0), slots: [], hasResult: false }),
    );
  const [open] = decidedBy(second, 'v1');
  if (open !== undefined)
    once(1, second, 'settle', (shard) =>
      settleBy(shard, 'v1', open, { isReject: false, leads: true, slots: [rootOf(0)] }),
    );
  return steps;
};

const ownSteps = (world: LinkWorld, { index, shard, cranks }: Process): Step[] => {
  const steps: Step[] = [];
  for (const [vat, { inbox }] of shard.vats.rows)
    if (inbox.length > 0) steps.push(inCrank(index, (own) => deliverNext(own, vat)));
  if (cranks > 0) steps.push((next) => void commit(next.database, processOf(next, index)));
  for (const from of idsOf(world.database)) {
    const process = processOf(world, index);
    const message = from === shard.id ? undefined : nextOn(world.database, process, from);
    if (message === undefined) continue;
    steps.push(inCrank(index, (own) => arrive(own, from, message)));
  }
  return steps;
};

const keyOf = ({ world, crashesLeft }: Place): string =>
  JSON.stringify([
    crashesLeft,
    [...world.database.links].sort(),
    world.database.shards.map(({ maps }) =>
      [...maps].map(([name, rows]) => [name, [...rows].sort()]),
    ),
    world.processes.map(({ shard, outgoing }) => [
      [...shard.tables.kept].map(([name, rows]) => [name, [...rows].sort()]),
      outgoing,
    ]),
  ]);

const stepsOf = ({ world, crashesLeft }: Place): (readonly [step: Step, crashes: number])[] => {
  const steps = [
    ...vatSteps(world),
    ...world.processes.flatMap((process) => ownSteps(world, process)),
  ].map((step) => [step, crashesLeft] as const);
  if (crashesLeft === 0) return steps;
  return [
    ...steps,
    ...world.processes
      .filter(({ cranks }) => cranks > 0)
      .map(
        ({ index }) => [(next: LinkWorld) => crash(next, index, false), crashesLeft - 1] as const,
      ),
  ];
};

/** @throws {Violation} in a state that breaks an invariant, and what a rule that is off lets happen */
export const exploreLinks = ({ without = [], crashes = 1 }: ExploreOptions = {}): Explored => {
  const rules = rulesWithout(...without);
  const world = makeWorld({ shards: 2, vats: 1, rules, isStrict: true });
  const open: { readonly place: Place; readonly depth: number }[] = [
    { place: { world, crashesLeft: crashes }, depth: 0 },
  ];
  const seen = new Set([keyOf({ world, crashesLeft: crashes })]);
  let ends = 0;
  let deepest = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { place, depth } = next;
    const steps = stepsOf(place);
    if (steps.length === 0) {
      ends += 1;
      deepest = Math.max(deepest, depth);
      checkMessages(place.world, { isWhole: true, isOrdered: true });
      insist(place.world.database.links.size === 0, () => 'a link is blocked');
      continue;
    }
    for (const [step, crashesLeft] of steps) {
      const reached = copyWorld(place.world);
      step(reached);
      checkCounts(reached);
      const found = { world: reached, crashesLeft };
      const key = keyOf(found);
      if (seen.has(key)) continue;
      seen.add(key);
      open.push({ place: found, depth: depth + 1 });
    }
  }
  return { states: seen.size, ends, deepest };
};
