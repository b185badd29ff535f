/**
 * The behaviour of a worker host, as tests: every implementation of `VatWorkerHost` runs them.
 *
 *     vatWorkerCompliance({ setup, teardown, bundle, liveslots: ['cooperage'], scripted: 'scripted' });
 */
import {
  callback,
  flag,
  insistOptions,
  listOf,
  optionsOf,
  type OptionTable,
  text,
  type VatWorkerHost,
} from '@cooperage/types';
import { afterAll, beforeAll, describe } from 'vitest';
import { workerVats } from './fixtures.js';
import { workerConsole } from './console.js';
import { workerContract } from './contract.js';
import { workerCrossings } from './crossings.js';
import { workerEnvironment } from './environment.js';
import { workerFailures } from './failures.js';
import { workerLimits } from './limits.js';
import { workerReplay } from './replay.js';
import { inAnotherTimeZone, workerSurroundings } from './surroundings.js';
import { workerVatstore } from './vatstore.js';
import type { WorkerWorld } from './world.js';

/** Where the contract leaves room, or a place where vats run cannot do better. All true unless said otherwise. */
export interface WorkerSupport {
  /** Cranks that never end and vats that exhaust memory are stopped. */
  readonly limits?: boolean;
  /** A vat that is ended takes those that share its thread with it. */
  readonly collateral?: boolean;
  /** An unhandled rejection ends nothing, and shows on the vat's console. */
  readonly unhandledRejections?: boolean;
}

export interface WorkerComplianceOptions {
  /** A host that knows the liveslots named below. */
  setup(): VatWorkerHost | Promise<VatWorkerHost>;
  /**
   * A host for the vats that fill their memory, with 64 MB or a little more for each: with less to fill, the same is
   * shown sooner. That of `setup` unless it is given.
   */
  setupSmall?(): VatWorkerHost | Promise<VatWorkerHost>;
  /** Undoes `setup` and `setupSmall`. The host is stopped already. */
  teardown?(host: VatWorkerHost): void | Promise<void>;
  /** The text of a bundle of this module, as `@endo/bundle-source` makes it. */
  bundle(source: URL): Promise<string>;
  /** Liveslots to run real vats on, by the names that the host knows them by. */
  readonly liveslots: readonly string[];
  /**
   * Whether cranks that never end and vats that exhaust memory are tried on each liveslots, and not on the first only: the
   * engine stops them, and it takes minutes. True unless said otherwise.
   */
  readonly limitsOnEach?: boolean;
  /** The name by which the host knows {@link scriptedLiveSlots}. */
  readonly scripted: string;
  readonly supports?: WorkerSupport;
}

const supports = {
  limits: { value: flag },
  collateral: { value: flag },
  unhandledRejections: { value: flag },
} as const satisfies Record<keyof WorkerSupport, OptionTable[string]>;

const liveslots = text('the name of a liveslots');

const OPTIONS = {
  setup: { value: callback, required: true },
  setupSmall: { value: callback },
  teardown: { value: callback },
  bundle: { value: callback, required: true },
  liveslots: { value: listOf(liveslots, 'an array of names'), required: true },
  limitsOnEach: { value: flag },
  scripted: { value: liveslots, required: true },
  supports: { value: optionsOf(supports, 'an object of what it supports') },
} as const satisfies Record<keyof WorkerComplianceOptions, OptionTable[string]>;

export const vatWorkerCompliance = (options: WorkerComplianceOptions): void => {
  insistOptions('vatWorkerCompliance', options, OPTIONS);
  const { limits = true, collateral = true, unhandledRejections = true } = options.supports ?? {};
  let world: WorkerWorld | undefined;
  const getWorld = (): WorkerWorld => {
    if (world === undefined) throw Error('setup has not run');
    return world;
  };

  describe('a vat worker host', () => {
    inAnotherTimeZone();
    beforeAll(async () => {
      const [workshop, imports, hostile, observer] = await Promise.all([
        options.bundle(workerVats.workshop),
        options.bundle(workerVats.imports),
        options.bundle(workerVats.hostile),
        options.bundle(workerVats.observer),
      ]);
      const host = await options.setup();
      const small = (await options.setupSmall?.()) ?? host;
      world = { host, small, workshop, imports, hostile, observer };
    }, 600_000);
    afterAll(async () => {
      if (world === undefined) return;
      for (const host of new Set([world.host, world.small])) {
        await host.stop();
        await options.teardown?.(host);
      }
    });

    for (const liveslots of options.liveslots) {
      describe(`with liveslots ${liveslots}`, () => {
        workerContract(getWorld, liveslots);
        workerReplay(getWorld, liveslots);
        workerFailures(getWorld, liveslots);
        workerEnvironment(getWorld, liveslots);
        workerSurroundings(getWorld, liveslots);
        workerConsole(getWorld, liveslots, unhandledRejections);
        const isTried = options.limitsOnEach !== false || liveslots === options.liveslots[0];
        if (limits && isTried) workerLimits(getWorld, liveslots, collateral);
      });
    }
    describe('with scripted cranks', () => {
      workerVatstore(getWorld, options.scripted);
      workerCrossings(getWorld, options.scripted);
    });
  });
};
