import {
  type CapData,
  type KRef,
  type Tables,
  UNDEFINED_CAPDATA,
  type VatID,
} from '@cooperage/types';
import { keys } from '../schema.js';

/**
 * What each vat was started with, so that an upgrade without parameters starts the new code with the same ones. The
 * row counts for nothing in the reference counts: an object that the vat has dropped may be gone although the row
 * still names it. The vat's c-list decides which of the references the vat still has.
 */
export interface Parameters {
  of(vatID: VatID): CapData<KRef>;
  /** Replaces those that the vat has. */
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
