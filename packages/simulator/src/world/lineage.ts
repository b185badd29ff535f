/** Where forks come from. */
import type { VatID } from '@cooperage/types';

/** The vat that made the deliveries up to `until`, before a fork was made of it. */
export interface Ancestor {
  readonly vatID: VatID;
  readonly until: number;
}

/** The oldest first. */
export type Lineage = readonly Ancestor[];

/** As which vat delivery `n` was made. */
export const identityAt = (vatID: VatID, lineage: Lineage, n: number): VatID =>
  lineage.find(({ until }) => n <= until)?.vatID ?? vatID;
