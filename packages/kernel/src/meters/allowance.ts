import type { VatID } from '@cooperage/types';
import type { KernelTables } from '../tables/kernel-tables.js';
import { keys } from '../tables/schema.js';

/**
 * What the vat's next crank may use of its meter, in computrons; undefined where it has none, or where one crank may use
 * less than that anyway. A function of the tables, so that a crank that is made again has the same limit.
 */
export const allowanceOf = ({ rows, vats }: KernelTables, vatID: VatID): number | undefined => {
  const { meter, computronLimit = Number.MAX_SAFE_INTEGER } = vats.options(vatID);
  if (meter === undefined) return undefined;
  const { remaining } = JSON.parse(rows.get(keys.meter(meter)) as string) as { remaining: string };
  return BigInt(remaining) < BigInt(computronLimit) ? Number(remaining) : undefined;
};
