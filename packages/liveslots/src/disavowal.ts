/**
 * Presences that the vat gave up by its own word. The kernel was told that they
 * are dropped, so to name one again would be a fault: the vat ends instead.
 */
import { makeError, X } from '@endo/errors';
import { errorCapData, type LiveSlotsSyscall, type VRef } from '@cooperage/types';
import type { SlotTable } from './slot-table.js';
import { isImport } from './vref.js';

export interface Disavowals {
  readonly disavow: (presence: object) => void;
  /** Ends the vat, and throws, if `value` was given up. */
  readonly insistUsable: (value: object) => void;
}

export const makeDisavowals = (
  syscall: Pick<LiveSlotsSyscall, 'dropImports' | 'exit'>,
  slots: SlotTable,
): Disavowals => {
  const given = new WeakSet<object>();
  return {
    disavow(presence) {
      const vref: VRef | undefined = slots.vrefOf(presence);
      if (vref === undefined || !isImport(vref)) {
        throw makeError(X`only a presence can be disavowed`);
      }
      slots.remove(vref, presence);
      given.add(presence);
      syscall.dropImports([vref]);
    },
    insistUsable(value) {
      if (!given.has(value)) return;
      const error = new Error('this Presence has been disavowed');
      syscall.exit(true, errorCapData(error.message));
      throw error;
    },
  };
};
