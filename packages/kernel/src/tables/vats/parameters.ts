import {
  type CapData,
  type KRef,
  type Tables,
  UNDEFINED_CAPDATA,
  type VatID,
} from '@cooperage/types';
import { keys } from '../schema.js';

/**
 * The parameters of each vat, so that an upgrade without parameters starts the new code with the same ones. They do
 * not count as references: an object that the vat has dropped may be gone although the row still names it. The vat's
 * c-list decides which of the references the vat still has.
 */
export interface Parameters {
  of(vatID: VatID): CapData<KRef>;
  /** Replaces the parameters of the vat. */
  set(vatID: VatID, data: CapData<KRef>): void;
  /** The vat is terminated. */
  delete(vatID: VatID): void;
}

export const makeParameters = (rows: Tables): Parameters => ({
  of: (vatID) => {
    const text = rows.get(keys.parameters(vatID));
    return text === undefined ? UNDEFINED_CAPDATA : (JSON.parse(text) as CapData<KRef>);
  },
  set: (vatID, { body, slots }) => {
    const isUndefined = slots.length === 0 && body === UNDEFINED_CAPDATA.body;
    if (isUndefined) rows.delete(keys.parameters(vatID));
    else rows.set(keys.parameters(vatID), JSON.stringify({ body, slots }));
  },
  delete: (vatID) => rows.delete(keys.parameters(vatID)),
});
