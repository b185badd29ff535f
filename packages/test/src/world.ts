import { CooperageError, insistOptions, wholeNumber } from '@cooperage/types';
import { type Base, provideBase } from './base.js';
import { completeConfig } from './complete-config.js';
import { makeDisturbances } from './disturbances.js';
import { type Driver, makeDriver } from './driver.js';
import { makeFakeService } from './fake-service.js';
import { IN_ORDER, type Order } from './exploring/order.js';
import { describeWaits, holdersOf, krefOf } from './questions.js';
import { makeVirtualTime } from './virtual-time.js';
import type { RootsOf, World, WorldConfig } from './world-contract.js';
import { makeWorldKernel, type WorldKernel } from './world-kernel.js';

/** A world that is driven through an order, with what `explore` asks of it. */
export interface DrivenWorld<Roots> extends World<Roots> {
  /** Rejects where nothing can go on. */
  readonly stuck: Promise<never>;
  /** Choices that were made since the world began, and the number of the first one. */
  choices(): { readonly first: number; readonly made: number };
  /** Words of workers that were let through. */
  readonly steps: number;
}

export interface WorldOptions {
  /** Of the randomness that vats with the option `ambient` get. */
  readonly seed?: number;
  readonly order?: Order;
  /** What `Order.faults` upgrades. */
  readonly upgrades?: readonly { readonly vat: string; readonly source?: string }[];
}

/** Opens a world, and moves it. */
export const openDrivenWorld = async <const Config extends WorldConfig>(
  written: Config,
  { seed = 0, order = IN_ORDER, upgrades = [] }: WorldOptions = {},
): Promise<DrivenWorld<RootsOf<Config>>> => {
  const { config: complete, services: methods } = completeConfig(written, upgrades);
  const time = makeVirtualTime();
  const fakes = Object.entries(methods).map(
    ([name, each]) => [name, makeFakeService(each)] as const,
  );
  const services = Object.fromEntries(fakes.map(([name, { service }]) => [name, service]));
  const base = await provideBase(complete, services, time);
  // The kernel moves before there is a driver.
  const driven: { driver?: Driver } = {};
  const playing = makeWorldKernel({
    base,
    order,
    seed,
    services,
    time,
    awaits: (answer) => driven.driver?.awaits(answer),
    onWork: () => driven.driver?.wake(),
  });
  let steps = 0;
  const disturbances = makeDisturbances({
    order,
    upgrades,
    kernel: () => playing.kernel,
    crash: async () => {
      await playing.kill();
      await playing.open();
    },
  });
  await playing.open();
  const driver = makeDriver({
    gate: () => playing.gate,
    time,
    activity: () => {
      const { store } = playing.kernel;
      return `${store.filling} ${store.pendingWrites} ${store.durable}`;
    },
    isDown: () => playing.isDown,
    between: (step) => {
      steps = step;
      return disturbances.between(step);
    },
    describeStuck: () => describeWaits(playing.inside),
  });
  driven.driver = driver;
  const names = Object.keys(complete.vats);
  const roots = Object.fromEntries(names.map((name) => [name, playing.kernel.root(name)]));
  const quiescent = async (): Promise<void> => {
    await driver.quiescent();
    disturbances.insistUpgraded();
  };
  const world: DrivenWorld<RootsOf<Config>> = {
    roots: roots as RootsOf<Config>,
    services: Object.fromEntries(fakes.map(([name, { fake }]) => [name, fake])),
    get kernel() {
      return playing.kernel;
    },
    vat: (name) => {
      playing.kernel.root(name);
      return { world, name };
    },
    ...makeActs({ playing, driver, base, names, quiescent }),
    quiescent,
    now: () => time.now(),
    passTime: (milliseconds) => driver.passTimeTo(time.now() + milliseconds),
    outside: (work) => driver.outside(work),
    holdersOf: (object) => holdersOf(playing.inside, object),
    recording: () => playing.recording(),
    krefOf: (object) => krefOf(playing.inside, object),
    console: playing.console,
    stuck: driver.stuck,
    choices: () => playing.choices(),
    get steps() {
      return steps;
    },
  };
  return world;
};

interface ActsPowers {
  readonly playing: WorldKernel;
  readonly driver: Driver;
  readonly base: Base;
  /** Of the vats. */
  readonly names: readonly string[];
  readonly quiescent: () => Promise<void>;
}

/** What a scenario does to the kernel as a whole. */
const makeActs = ({
  playing,
  driver,
  base,
  names,
  quiescent,
}: ActsPowers): Pick<
  World,
  'close' | 'collectGarbage' | 'kill' | 'reopen' | 'save' | 'upgrade'
> => ({
  kill: () => playing.kill(),
  reopen: async () => {
    if (!playing.isDown) {
      throw new CooperageError('BAD_ARGUMENT', 'the kernel is open: kill it first');
    }
    await playing.open();
    driver.wake();
  },
  upgrade: async (vat, source) => {
    playing.insistUp();
    const done = playing.kernel.upgradeVat(vat, { source: source ?? sourceOf(base, vat) });
    driver.awaits(done);
    // New code may have to be bundled first.
    await driver.outside(done);
  },
  collectGarbage: async () => {
    playing.insistUp();
    // What one vat lets go of may be the last that holds something of another one.
    for (let round = 0; round < 2; round += 1) {
      await quiescent();
      for (const name of names) playing.kernel.bringOutYourDead(name);
      driver.wake();
    }
    await quiescent();
  },
  save: async (file) => {
    await playing.kernel.export(file);
  },
  close: async () => {
    driver.stop();
    await playing.close();
  },
});

const sourceOf = ({ config }: Base, vat: string): string => {
  const found = config.vats[vat];
  if (found !== undefined) return found.source;
  throw new CooperageError('VAT_NOT_FOUND', `the world has no vat "${vat}"`);
};

/**
 * Opens a world: a kernel in memory with real vats. Close it in the end.
 *
 * @throws {CooperageError} what `openKernel` throws
 */
export const openWorld = async <const Config extends WorldConfig>(
  config: Config,
  options: Pick<WorldOptions, 'seed'> = {},
): Promise<World<RootsOf<Config>>> => {
  insistOptions('openWorld', options, { seed: { value: wholeNumber(0, 4_294_967_295) } });
  return openDrivenWorld(config, options);
};
