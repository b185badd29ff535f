import {
  CooperageError,
  flag,
  insistOptions,
  listOf,
  messageOf,
  object,
  type OptionTable,
  text,
  wholeNumber,
} from '@cooperage/types';
import fc from 'fast-check';
import { IN_ORDER, type Order, parseOrder, weightOf } from './order.js';
import { OrderArbitrary, type OrderShape } from './order-arbitrary.js';
import type { Exploration } from './exploration.js';
import { makeReport } from './report.js';
import { type DrivenWorld, openDrivenWorld } from '../world.js';
import type { RootsOf, World, WorldConfig } from '../world-contract.js';

export interface ExploreOptions<Plan = undefined> {
  /** Orders in which the scenario is run. Default: 100. */
  readonly runs?: number;
  /** Kills the kernel between two cranks and opens it again, once or twice in each run except the first. */
  readonly crashes?: boolean;
  /** Evicts vats: only some of them are in memory at a time. */
  readonly evictions?: boolean;
  /** Vats that are upgraded in between; without `source` to their own code. */
  readonly upgrades?: readonly (string | { readonly vat: string; readonly source: string })[];
  /** Seed of the orders and of `plan`. Default: 0, so that a test always finds the same. */
  readonly seed?: number;
  /** What the scenario does, drawn by fast-check. It is passed to the scenario, and shrunk with the order. */
  readonly plan?: fc.Arbitrary<Plan>;
  /** Runs only this order, as a report names it. */
  readonly order?: string;
  /** The file for the recording of a failure, or `false`. Default: a file in `.cooperage/recordings`. */
  readonly recording?: string | false;
  /** Runs to find a shorter order that fails. Default: 300. */
  readonly shrinkRuns?: number;
  /** Worlds that run at once. Default: 2. */
  readonly parallel?: number;
}

export type Scenario<Roots, Plan> = (world: World<Roots>, plan: Plan) => Promise<unknown>;

/** A scenario failed in some order; see `exploration`. */
export class OrderFailsError extends CooperageError {
  readonly exploration: Exploration;

  constructor(message: string, exploration: Exploration, cause: unknown) {
    super('ORDER_FAILS', message, { cause });
    this.name = 'OrderFailsError';
    this.exploration = exploration;
  }
}

interface Run<Plan> {
  readonly order: Order;
  readonly plan: Plan;
}

interface Outcome {
  readonly failed: boolean;
  readonly error?: unknown;
  readonly choices: number;
  readonly steps: number;
}

const OPTIONS = {
  runs: { value: wholeNumber(1, 1_000_000) },
  crashes: { value: flag },
  evictions: { value: flag },
  upgrades: { value: listOf(object('a vat, or { vat, source }'), 'an array of vats') },
  seed: { value: wholeNumber(0, 4_294_967_295) },
  plan: { value: object('an Arbitrary of fast-check', 'generate') },
  order: { value: text('an order as a report names it') },
  recording: { value: text('a file') },
  shrinkRuns: { value: wholeNumber(0, 1_000_000) },
  parallel: { value: wholeNumber(1, 64) },
} as const satisfies OptionTable;

const insistExploreOptions = (options: object): void => {
  const { upgrades, recording, ...plain } = options as ExploreOptions<unknown>;
  insistOptions('explore', plain, OPTIONS);
  const wrong = (name: string, what: string): never => {
    throw new CooperageError('BAD_ARGUMENT', `explore: ${name} must be ${what}`);
  };
  if (recording !== undefined && recording !== false && typeof recording !== 'string') {
    wrong('recording', 'the path of a file, or false');
  }
  if (upgrades !== undefined) {
    const isUpgrade = (each: unknown): boolean =>
      typeof each === 'string' ||
      (typeof each === 'object' &&
        each !== null &&
        typeof (each as { vat?: unknown }).vat === 'string');
    if (!Array.isArray(upgrades) || !upgrades.every(isUpgrade)) {
      wrong('upgrades', 'an array of names of vats, or of { vat, source }');
    }
  }
};

/** Room for orders that take longer than the first one. */
const withRoom = (count: number): number => Math.ceil(count * 1.25) + 2;

/** Runs a scenario in a world of its own. */
const runIn = async <Roots, Plan, T>(
  open: () => Promise<DrivenWorld<Roots>>,
  scenario: Scenario<Roots, Plan>,
  plan: Plan,
  look: (world: DrivenWorld<Roots>, outcome: Outcome) => Promise<T> | T,
): Promise<T> => {
  const world = await open();
  try {
    let failed = false;
    let error: unknown;
    try {
      await Promise.race([scenario(world, plan), world.stuck]);
    } catch (thrown) {
      failed = true;
      error = thrown;
    }
    return await look(world, { failed, error, choices: world.choices().made, steps: world.steps });
  } finally {
    await world.close();
  }
};

/** Does `work` for each number, this many at a time. */
const inParallel = async (
  count: number,
  parallel: number,
  work: (index: number) => Promise<void>,
): Promise<void> => {
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) await work(index);
  };
  await Promise.all(Array.from({ length: parallel }, lane));
};

/**
 * Runs a scenario in many of its possible orders. If some fail, finds the shortest one, shows it as a sequence diagram,
 * and records it.
 * @throws {OrderFailsError} if an order fails; `BAD_ARGUMENT`, and the errors of `openKernel`
 */
export const explore = async <const Config extends WorldConfig, Plan = undefined>(
  config: Config,
  scenario: Scenario<RootsOf<Config>, Plan>,
  options: ExploreOptions<Plan> = {},
): Promise<Exploration> => {
  insistExploreOptions(options);
  const { runs = 100, seed = 0, shrinkRuns = 300, parallel = 2 } = options;
  const upgrades = (options.upgrades ?? []).map((each) =>
    typeof each === 'string' ? { vat: each } : each,
  );
  const planned = options.plan ?? (fc.constant(undefined) as fc.Arbitrary<Plan>);
  const openWith = (order: Order) => () => openDrivenWorld(config, { seed, order, upgrades });
  const attempt = ({ order, plan }: Run<Plan>): Promise<Outcome> =>
    runIn(openWith(order), scenario, plan, (_world, outcome) => outcome);
  const drawPlan = (of: number): Plan => fc.sample(planned, { seed: of, numRuns: 1 })[0] as Plan;

  /** The passing order nearest to the order of sending, if the plan is the same for all. */
  let lightestPassing: Order | undefined;
  const addPassing = (order: Order): void => {
    if (options.plan !== undefined) return;
    if (lightestPassing === undefined || weightOf(order) < weightOf(lightestPassing)) {
      lightestPassing = order;
    }
  };

  const finish = async (failing: Run<Plan>, error: unknown, failures: number, of: number) => {
    const shortest = await shrink(
      failing,
      attempt,
      new OrderArbitrary(shapeOf(0, 0)),
      planned,
      shrinkRuns,
    );
    const { exploration, message, cause } = await makeReport({
      run: (order, look) =>
        runIn(openWith(order), scenario, shortest.plan, (world, outcome) => look(world, outcome)),
      shortest,
      passing: lightestPassing,
      isPlanned: options.plan !== undefined,
      error,
      recording: options.recording,
      counts: { runs: of, failures, seed },
    });
    throw new OrderFailsError(message, exploration, cause);
  };

  const shapeOf = (choices: number, steps: number): OrderShape => ({
    choices: withRoom(choices),
    steps: withRoom(steps),
    crashes: options.crashes === true,
    upgrades: upgrades.length,
    evicted: options.evictions === true ? Math.max(1, Object.keys(config.vats).length - 1) : 0,
  });

  if (options.order !== undefined) {
    const order = parseOrder(options.order);
    if (order === undefined) {
      throw new CooperageError('BAD_ARGUMENT', `explore: "${options.order}" is not an order`);
    }
    const run = { order, plan: drawPlan(seed) };
    const outcome = await attempt(run);
    if (outcome.failed) await finish(run, outcome.error, 1, 1);
    return { runs: 1, failures: 0, seed };
  }

  const first = { order: IN_ORDER, plan: drawPlan(seed) };
  const baseline = await attempt(first);
  const arbitrary = new OrderArbitrary(shapeOf(baseline.choices, baseline.steps));
  const failed: (Run<Plan> & { readonly error: unknown })[] = baseline.failed
    ? [{ ...first, error: baseline.error }]
    : [];
  await inParallel(runs - 1, parallel, async (index) => {
    const own = (seed + Math.imul(index + 1, 0x9e3779b1)) >>> 0;
    const [order] = fc.sample(arbitrary, { seed: own, numRuns: 1 });
    const run = { order: order as Order, plan: drawPlan(own) };
    const outcome = await attempt(run);
    if (outcome.failed) failed.push({ ...run, error: outcome.error });
    else addPassing(run.order);
  });
  const [lightest] = failed.sort((a, b) => weightOf(a.order) - weightOf(b.order));
  if (lightest !== undefined) await finish(lightest, lightest.error, failed.length, runs);
  return { runs, failures: 0, seed };
};

/** Lets fast-check find the shortest order and the smallest plan that fail. */
const shrink = async <Plan>(
  failing: Run<Plan>,
  attempt: (run: Run<Plan>) => Promise<Outcome>,
  orders: OrderArbitrary,
  plans: fc.Arbitrary<Plan>,
  most: number,
): Promise<Run<Plan>> => {
  let left = most + 1;
  const isShrinkable = plans.canShrinkWithoutContext(failing.plan);
  const property = fc.asyncProperty(
    orders,
    isShrinkable ? plans : (fc.constant(failing.plan) as fc.Arbitrary<Plan>),
    async (order, plan) => {
      left -= 1;
      if (left < 0) return;
      const outcome = await attempt({ order, plan });
      if (outcome.failed) throw new Error(messageOf(outcome.error));
    },
  );
  const found = await fc.check(property, {
    numRuns: 1,
    examples: [[failing.order, failing.plan]],
  });
  if (found.counterexample === null) return failing;
  const [order, plan] = found.counterexample as [Order, Plan];
  return { order: trimmed(order), plan };
};

/** The order without the zeros at its end. */
const trimmed = (order: Order): Order => {
  let { length } = order.choices;
  while (length > 0 && order.choices[length - 1] === 0) length -= 1;
  return { ...order, choices: order.choices.slice(0, length) };
};
