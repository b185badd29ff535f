import type { Divergence, KObject, VatID } from '@cooperage/types';
import { allowanceOf } from '../meters/allowance.js';
import type { Effects } from '../effects.js';
import type { KernelTables } from '../tables/kernel-tables.js';
import type { Halt } from '../tables/vats/halt.js';
import type { UpgradeInProgress } from '../tables/vats/upgrades-in-progress.js';
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
  /** The vat is not halted any more; nothing else changes. @returns why it was */
  lift(vatID: VatID): Halt;
  /** The vat is halted again, as it was when that was lifted. */
  restore(vatID: VatID, halt: Halt): void;
}

export interface HaltsPowers {
  readonly tables: KernelTables;
  readonly effects: Effects;
  /** An upgrade failed whose new incarnation was about to start; the old one goes on. */
  readonly rollBack: (vatID: VatID, upgrade: UpgradeInProgress, reason: string) => void;
  readonly meters: () => {
    add(meter: KObject, computrons: bigint): void;
    await(meter: KObject, vatID: VatID): void;
  };
}

export const makeHalts = ({ tables, effects, rollBack, meters }: HaltsPowers): Halts => {
  const { backPressure, upgradesInProgress, inboxes, quarantines, suspensions, vats, windows } =
    tables;

  /** The kernel has gone on meanwhile: its turn is now. */
  const renumber = (vatID: VatID): void => {
    const upgrade = upgradesInProgress.find(vatID);
    windows.list(vatID).forEach(({ issue }, i) => {
      const renewed = inboxes.renumber(vatID, issue);
      windows.renew(vatID, windows.acked(vatID) + 1 + i, renewed, allowanceOf(tables, vatID));
      if (upgrade?.issue === issue) upgradesInProgress.put(vatID, { ...upgrade, issue: renewed });
    });
    inboxes.postpone(vatID);
  };

  /** Its inbox will not become shorter, so that no vat waits for that; but an upgrade of it can be made now. */
  const halted = (vatID: VatID): void => {
    backPressure.forget(vatID);
    upgradesInProgress.noteHalted(vatID);
  };

  /** It goes on when there is more for it to use. */
  const awaitMeter = (vatID: VatID, suspension: Suspension): void => {
    const { meter } = vats.options(vatID);
    if (suspension.why !== 'meter' || meter === undefined) return;
    meters().await(meter, vatID);
    // It may have been topped up since the delivery was handed out.
    meters().add(meter, 0n);
  };

  return {
    quarantine: (vatID, divergence) => {
      if (!vats.isAlive(vatID)) return;
      const upgrade = upgradesInProgress.find(vatID);
      // A new incarnation repeats nothing: its worker is wrong, and its start has failed.
      if (upgrade?.step === 'startVat') {
        rollBack(vatID, upgrade, 'its worker did not start the new incarnation');
        return;
      }
      quarantines.put(vatID, divergence);
      halted(vatID);
    },
    lift: (vatID) => {
      const divergence = quarantines.find(vatID);
      const suspension = suspensions.find(vatID);
      quarantines.delete(vatID);
      suspensions.delete(vatID);
      return {
        ...(divergence !== undefined && { divergence }),
        ...(suspension !== undefined && { suspension }),
      };
    },
    restore: (vatID, { divergence, suspension }) => {
      if (divergence !== undefined) {
        quarantines.put(vatID, divergence);
        halted(vatID);
      }
      if (suspension === undefined) return;
      suspensions.put(vatID, suspension);
      halted(vatID);
      awaitMeter(vatID, suspension);
    },
    suspend: (vatID, suspension) => {
      suspensions.put(vatID, suspension);
      halted(vatID);
      effects.add({ type: 'worker-stale', vatID });
      effects.add({ type: 'vat-suspended', vatID, name: vats.options(vatID).name, suspension });
      awaitMeter(vatID, suspension);
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
