import type { KObject, KPromise, VatID } from '@cooperage/types';

/** The row of an admin facet. That of a fork holds the root of its vat: the root is always reachable through it. */
export const formatAdmin = (vatID: VatID, root?: KObject): string =>
  root === undefined ? `admin ${vatID}` : `admin ${vatID} ${root}`;

/** The vat of an admin facet's row. */
export const vatOfAdmin = (row: string): VatID => row.split(' ')[1] as VatID;

/** The root that the row of a device holds, where it holds one. */
export const rootHeldBy = (row: string | undefined): KObject | undefined => {
  const root = row?.split(' ')[2];
  return root === undefined ? undefined : (root as KObject);
};

/** Who waits for a meter to fall below its threshold, by the meter's row. */
export const waitingOnMeter = (row: string | undefined): readonly KPromise[] =>
  row === undefined ? [] : (JSON.parse(row) as { waiting: KPromise[] }).waiting;
