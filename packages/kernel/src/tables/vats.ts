import {
  type CapData,
  byNumber,
  formatVatID,
  type KRef,
  type Tables,
  type VatID,
  type VatOptions,
} from '@cooperage/types';
import { panic } from '../panic.js';
import type { Counters } from './counters.js';
import { endOf, keys } from './schema.js';

/** Why a vat is no more. */
export interface VatEnd {
  readonly name: string;
  readonly isFailure: boolean;
  readonly info: CapData<KRef>;
}

export interface Vats {
  add(options: VatOptions): VatID;
  isAlive(vatID: VatID): boolean;
  options(vatID: VatID): VatOptions;
  setOptions(vatID: VatID, options: VatOptions): void;
  /** Living vats, oldest first. */
  list(): VatID[];
  /** Deletes every row of the vat, transcript and vatstore with them. */
  deleteRows(vatID: VatID): void;
  recordEnd(vatID: VatID, end: VatEnd): void;
  end(vatID: VatID): VatEnd | undefined;
}

export const makeVats = (tables: Tables, counters: Counters): Vats => ({
  add: (options) => {
    const vatID = formatVatID(counters.next(keys.counter('vat')));
    tables.set(keys.options(vatID), JSON.stringify(options));
    return vatID;
  },
  isAlive: (vatID) => tables.has(keys.options(vatID)),
  options: (vatID) => {
    const text = tables.get(keys.options(vatID));
    return text === undefined ? panic(`${vatID} has no options`) : (JSON.parse(text) as VatOptions);
  },
  setOptions: (vatID, options) => tables.set(keys.options(vatID), JSON.stringify(options)),
  list: () => {
    const last = counters.read(keys.counter('vat'));
    const all = Array.from({ length: last }, (_, i) => formatVatID(i + 1));
    return all.filter((vatID) => tables.has(keys.options(vatID))).sort(byNumber);
  },
  deleteRows: (vatID) => {
    const prefix = `${vatID}.`;
    for (const key of [...tables.keys(prefix, endOf(prefix))]) tables.delete(key);
  },
  recordEnd: (vatID, end) => tables.set(keys.ended(vatID), JSON.stringify(end)),
  end: (vatID) => {
    const text = tables.get(keys.ended(vatID));
    return text === undefined ? undefined : (JSON.parse(text) as VatEnd);
  },
});
