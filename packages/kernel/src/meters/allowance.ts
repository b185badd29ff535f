import type { VatID } from '@cooperage/types';
import type { KernelTables } from '../tables/kernel-tables.js';
import { keys } from '../tables/schema.js';

/**
 * The computrons of the meter that the vat's next crank may use; undefined without a meter, or if the limit of a
 * crank is lower anyway. It is a function of the tables, so a crank that is made again has the same limit.
 */
export const allowanceOf = ({ rows, vats }: KernelTables, vatID: VatID): number | undefined => {
  const { meter, computronLimit = Number.MAX_SAFE_INTEGER } = vats.options(vatID);
  if (meter === undefined) return undefined;
  const { remaining } = JSON.parse(rows.get(keys.meter(meter)) as string) as { remaining: string };
  return BigInt(remaining) < BigInt(computronLimit) ? Number(remaining) : undefined;
};
