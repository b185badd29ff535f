import type { Divergence, VatID } from '@cooperage/types';
import type { CellCache } from '../cells.js';
import { keys } from '../schema.js';

/**
 * Quarantined vats: their replay diverged. They get no deliveries and none of their records is retired until an
 * operator acts; their inboxes are kept.
 */
export interface Quarantines {
  find(vatID: VatID): Divergence | undefined;
  readonly has: (vatID: VatID) => boolean;
  put(vatID: VatID, divergence: Divergence): void;
  delete(vatID: VatID): void;
}

export const makeQuarantines = (cache: CellCache): Quarantines => {
  const cells = cache.make({
    parse: (text) => JSON.parse(text) as Divergence,
    format: JSON.stringify,
  });
  return {
    find: (vatID) => cells.get(keys.quarantine(vatID)),
    has: (vatID) => cells.get(keys.quarantine(vatID)) !== undefined,
    put: (vatID, divergence) => cells.set(keys.quarantine(vatID), divergence),
    delete: (vatID) => cells.delete(keys.quarantine(vatID)),
  };
};
