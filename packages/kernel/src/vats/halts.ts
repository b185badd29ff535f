import type { Divergence, VatID } from '@cooperage/types';
import { allowanceOf } from '../meters/allowance.js';
import type { Effects } from '../effects.js';
import type { KernelTables } from '../tables/kernel-tables.js';
import type { Suspension } from '../tables/vats/suspensions.js';

/**
 * Vats at a standstill: in quarantine, because their history took another course when it was run again, or
 * suspended, because a crank used up what they may use and was undone. What is out to them stays out, and what is
 * sent to them waits; others go on as if there was nothing to do for them.
 */
export interface Halts {
  quarantine(vatID: VatID, divergence: Divergence): void;
  /** Crank `n`, the oldest that is out, never happened; the worker has to come back to the state before it. */
  suspend(vatID: VatID, suspension: Suspension): void;
  /** What is out is handed out again, and so is what waits, behind all other work. */
  release(vatID: VatID): void;
}

export const makeHalts = (tables: KernelTables, effects: Effects): Halts => {
  const { backPressure, holds, inboxes, quarantines, suspensions, vats, windows } = tables;

  /** The kernel has gone on meanwhile: its turn is now. */
  const renumber = (vatID: VatID): void => {
    const hold = holds.find(vatID);
    windows.list(vatID).forEach(({ issue }, i) => {
      const renewed = inboxes.renumber(vatID, issue);
      windows.renew(vatID, windows.acked(vatID) + 1 + i, renewed, allowanceOf(tables, vatID));
      if (hold?.issue === issue) holds.put(vatID, { ...hold, issue: renewed });
    });
    inboxes.postpone(vatID);
  };

  return {
    quarantine: (vatID, divergence) => {
      if (!vats.isAlive(vatID)) return;
      quarantines.put(vatID, divergence);
      // Its inbox will not become shorter: nobody waits for that.
      backPressure.forget(vatID);
    },
    suspend: (vatID, suspension) => {
      suspensions.put(vatID, suspension);
      backPressure.forget(vatID);
      effects.add({ type: 'worker-stale', vatID });
      effects.add({ type: 'vat-suspended', vatID, name: vats.options(vatID).name, suspension });
    },
    release: (vatID) => {
      if (!vats.isAlive(vatID) || !tables.isHalted(vatID)) return;
      quarantines.delete(vatID);
      suspensions.delete(vatID);
      renumber(vatID);
      inboxes.touch(vatID);
      effects.add({ type: 'vat-released', vatID });
    },
  };
};
