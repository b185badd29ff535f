/** Values to vrefs: names a heap object or promise when it first goes out of the heap. */
import { passStyleOf } from '@endo/pass-style';
import type { VRef } from '@cooperage/types';
import { makeError, X } from '@endo/errors';
import type { IdCounters } from './id-counters.js';
import type { SlotTable } from './slot-table.js';
import { formatPromise, formatRemotable } from './vref.js';

/** @param insistUsable throws if the vat gave up this presence */
export const makeExporter =
  (
    slots: SlotTable,
    ids: IdCounters,
    insistUsable: (value: object) => void,
  ): ((value: object) => VRef) =>
  (value) => {
    const known = slots.vrefOf(value);
    if (known !== undefined) return known;
    insistUsable(value);
    const style = (passStyleOf as (value: unknown) => string)(value);
    if (style !== 'promise' && style !== 'remotable') {
      throw makeError(X`only objects and promises have references`);
    }
    const vref =
      style === 'promise'
        ? formatPromise(ids.next('promiseID'))
        : formatRemotable(ids.next('exportID'));
    slots.add(vref, value);
    return vref;
  };
