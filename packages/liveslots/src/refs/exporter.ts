/** Values to vrefs: names a heap object or promise when it first goes out of the heap. */
import { passStyleOf } from '@endo/pass-style';
import type { VRef } from '@cooperage/types';
import { makeError, X } from '@endo/errors';
import type { IdCounters } from './id-counters.js';
import type { SlotTable } from './slot-table.js';
import { formatPromise, formatRemotable } from './vref.js';

/** Also for a promise that is not frozen: user code can have it watched. */
export const isPromise = (value: unknown): value is Promise<unknown> =>
  value instanceof Promise && Promise.resolve(value) === value;

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
    let vref: VRef;
    if (isPromise(value)) {
      vref = formatPromise(ids.next('promiseID'));
    } else if ((passStyleOf as (value: unknown) => string)(value) === 'remotable') {
      vref = formatRemotable(ids.next('exportID'));
    } else {
      throw makeError(X`only objects and promises have references`);
    }
    slots.add(vref, value);
    return vref;
  };
