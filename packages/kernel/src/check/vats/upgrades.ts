import { keys } from '../../tables/schema.js';
import type { KernelTables } from '../../tables/kernel-tables.js';
import type { NumberedDelivery, VatID, VRef } from '@cooperage/types';
import type { Counted } from '../references/counted.js';
import { countExclusive } from '../deliveries/exclusive.js';

/** If an upgrade is in progress, its present step, and nothing else, is in the window, under its issue number. */
export const checkUpgrade = (
  tables: KernelTables,
  counted: Counted,
  report: (key: string, problem: string) => void,
  vatID: VatID,
): void => {
  const upgrade = tables.upgradesInProgress.find(vatID);
  if (upgrade === undefined) return;
  countExclusive(counted, ['upgrade', upgrade.request]);
  const out = tables.windows.list(vatID);
  if (out.length !== 1 || out[0]?.tag !== upgrade.step || out[0]?.issue !== upgrade.issue) {
    report(keys.upgrade(vatID), `the window does not contain ${upgrade.step}`);
  }
};

/** Counts the parked deliveries of an old incarnation whose heap takes no part in the upgrade. */
export const parkedOf = (
  { upgradesInProgress, windows }: KernelTables,
  vatID: VatID,
): NumberedDelivery[] => {
  const { withoutHeap } = upgradesInProgress.find(vatID) ?? {};
  if (withoutHeap === undefined) return [];
  return windows
    .listParked(vatID, withoutHeap.acked)
    .map(([, { text }]) => JSON.parse(text) as NumberedDelivery);
};

/**
 * A promise that was resolved for the vat and then named again keeps both vrefs while these deliveries are parked.
 */
export const isNamedInParked = (tables: KernelTables, vatID: VatID, vref: VRef): boolean =>
  parkedOf(tables, vatID).some((numbered) => JSON.stringify(numbered).includes(`"${vref}"`));
