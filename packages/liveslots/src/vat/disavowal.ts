/**
 * Presences that the vat gave up by its own word. The kernel was told that they
 * are dropped, so to name one again would be a fault: the vat ends instead.
 */
import { makeError, X } from '@endo/errors';
import { errorCapData, type LiveSlotsConsole, type LiveSlotsSyscall } from '@cooperage/types';
import type { ImportNames } from '../refs/import-names.js';
import type { SlotTable } from '../refs/slot-table.js';
import { isLocal, isObject } from '../refs/vref.js';

export interface Disavowals {
  readonly disavow: (presence: object) => void;
  /** Ends the vat, and throws, if `value` was given up. */
  readonly insistUsable: (value: object) => void;
}

export const makeDisavowals = (
  syscall: Pick<LiveSlotsSyscall, 'dropImports' | 'exit'>,
  slots: SlotTable,
  names: ImportNames,
  console: LiveSlotsConsole,
): Disavowals => {
  const given = new WeakSet<object>();
  return {
    disavow(presence) {
      const vref = slots.vrefOf(presence);
      if (vref === undefined) throw makeError(X`attempt to disavow unknown ${presence}`);
      if (!isObject(vref)) throw makeError(X`attempt to disavow non-object ${presence}`);
      if (isLocal(vref)) throw makeError(X`attempt to disavow an export`);
      slots.remove(vref, presence);
      names.forget(vref);
      given.add(presence);
      syscall.dropImports([vref]);
    },
    insistUsable(value) {
      if (!given.has(value)) return;
      const error = new Error('this Presence has been disavowed');
      console.warn('a disavowed presence was used:', error);
      syscall.exit(true, errorCapData(error.message));
      throw error;
    },
  };
};
