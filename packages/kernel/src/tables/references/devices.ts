import type { KObject, KPromise, ReadableTables, VatID } from '@cooperage/types';
import { panic } from '../../panic.js';
import { keys } from '../schema.js';

/**
 * The row of an admin facet. That of a fork references the root of its vat, so that the root is always reachable
 * through it.
 */
export const formatAdmin = (vatID: VatID, root?: KObject): string =>
  root === undefined ? `admin ${vatID}` : `admin ${vatID} ${root}`;

export const isAdmin = (row: string): boolean => row.startsWith('admin ');

/** The vat of an admin facet's row. */
export const vatOfAdmin = (row: string): VatID => row.split(' ')[1] as VatID;

/** The root that the row of a device references, if it does. */
export const rootHeldBy = (row: string | undefined): KObject | undefined => {
  const root = row?.split(' ')[2];
  return root === undefined ? undefined : (root as KObject);
};

/** The balance and the threshold of a meter. */
export const readMeter = (
  rows: ReadableTables,
  meter: KObject,
): { readonly remaining: bigint; readonly threshold: bigint } => {
  const row = rows.get(keys.meter(meter)) ?? panic(`${meter} is not a meter`);
  const { remaining, threshold } = JSON.parse(row) as { remaining: string; threshold: string };
  return { remaining: BigInt(remaining), threshold: BigInt(threshold) };
};

/** The promises of `notify()` calls that wait until a meter falls below its threshold, by the meter's row. */
export const waitingOnMeter = (row: string | undefined): readonly KPromise[] =>
  row === undefined ? [] : (JSON.parse(row) as { waiting: KPromise[] }).waiting;
