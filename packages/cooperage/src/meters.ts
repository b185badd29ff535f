/** Meters for the host: those of the config, and those that vats made. */
import { CooperageError, type KObject } from '@cooperage/types';
import type { Runner } from '@cooperage/vat-manager';
import { checked } from './host-calls.js';
import type { KernelRef } from './host/passable.js';
import type { Switchboard } from './host/switchboard.js';
import { findMeter, metersOf, type ShownMeter } from '@cooperage/tools';

export interface Meters {
  /** All meters, each with the vats that are charged to it. */
  readonly list: () => readonly ShownMeter[];
  /**
   * The meter itself, to pass to a vat. Its holder can read it and top it up.
   * @param meter its name in the config, or its kref
   * @throws {CooperageError} `METER_NOT_FOUND`
   */
  readonly facet: (meter: string) => KernelRef;
  /**
   * Adds computrons. Vats that are suspended because of this meter continue while it lasts.
   * @param meter its name in the config, or its kref
   * @param computrons at least 1
   * @throws {CooperageError} `METER_NOT_FOUND`, `BAD_ARGUMENT`
   */
  readonly topUp: (meter: string, computrons: bigint) => void;
}

/** @throws {CooperageError} `BAD_ARGUMENT` */
export const topUp = (runner: Runner, meter: KObject, computrons: bigint): void => {
  if (computrons < 1n) {
    throw new CooperageError(
      'BAD_ARGUMENT',
      `a meter is topped up by 1 or more computrons, not ${computrons}`,
    );
  }
  runner.input((host) => host.topUp(meter, String(computrons)));
};

export const makeMeters = (runner: Runner, { presences }: Switchboard): Meters => {
  const { tables } = runner.core.kernel;
  return {
    list: () => metersOf(tables),
    facet: checked('meters.facet', (meter) => presences.provide(findMeter(tables, meter), 'meter')),
    topUp: checked('meters.topUp', (meter, computrons) =>
      topUp(runner, findMeter(tables, meter), computrons),
    ),
  };
};
