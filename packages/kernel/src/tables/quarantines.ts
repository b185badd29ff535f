import type { Divergence, Tables, VatID } from '@cooperage/types';
import { keys } from './schema.js';

/**
 * Vats whose history took another course when it was run again. Nothing is handed out to them and none of their
 * records is retired until somebody decides; their inboxes keep.
 */
export interface Quarantines {
  find(vatID: VatID): Divergence | undefined;
  readonly has: (vatID: VatID) => boolean;
  put(vatID: VatID, divergence: Divergence): void;
  delete(vatID: VatID): void;
}

export const makeQuarantines = (rows: Tables): Quarantines => {
  const key = keys.quarantine;
  return {
    find: (vatID) => {
      const text = rows.get(key(vatID));
      return text === undefined ? undefined : (JSON.parse(text) as Divergence);
    },
    has: (vatID) => rows.has(key(vatID)),
    put: (vatID, divergence) => rows.set(key(vatID), JSON.stringify(divergence)),
    delete: (vatID) => rows.delete(key(vatID)),
  };
};
