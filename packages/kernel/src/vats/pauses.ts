import type { Divergence, KObject, VatID } from '@cooperage/types';
import { allowanceOf } from '../meters/allowance.js';
import type { Effects } from '../effects.js';
import type { KernelTables } from '../tables/kernel-tables.js';
import type { PauseReasons } from '../tables/vats/pause-reasons.js';
import type { UpgradeInProgress } from '../tables/vats/upgrades-in-progress.js';
import type { Suspension } from '../tables/vats/suspensions.js';

/**
 * Paused vats. A vat is quarantined when its replay diverged, and suspended when a crank used up its meter or its
 * limit, and was undone. A paused vat keeps its window and its inbox, and gets no deliveries. The other vats go on.
 */
export interface Pauses {
  quarantine(vatID: VatID, divergence: Divergence): void;
  /** Crank `n`, the oldest in the window, is undone. The worker has to return to the state before it. */
  suspend(vatID: VatID, suspension: Suspension): void;
  /** Hands out the window and the inbox again, behind all other work. */
  release(vatID: VatID): void;
  /** Ends the pause and changes nothing else. @returns why the vat was paused */
  lift(vatID: VatID): PauseReasons;
  /** Pauses the vat again, for the reasons that `lift` returned. */
  restore(vatID: VatID, pause: PauseReasons): void;
}

export interface PausesPowers {
  readonly tables: KernelTables;
  readonly effects: Effects;
  /** The new incarnation did not start: the old one continues. */
  readonly rollBack: (vatID: VatID, upgrade: UpgradeInProgress, reason: string) => void;
  readonly meters: () => {
    add(meter: KObject, computrons: bigint): void;
    await(meter: KObject, vatID: VatID): void;
  };
}

export const makePauses = ({ tables, effects, rollBack, meters }: PausesPowers): Pauses => {
  const { backPressure, upgradesInProgress, inboxes, quarantines, suspensions, vats, windows } =
    tables;

  /** Gives the deliveries of the vat new issue numbers: those that they had have been passed over. */
  const renumber = (vatID: VatID): void => {
    const upgrade = upgradesInProgress.find(vatID);
    windows.list(vatID).forEach(({ issue }, i) => {
      const renewed = inboxes.renumber(vatID, issue);
      windows.renew(vatID, windows.acked(vatID) + 1 + i, renewed, allowanceOf(tables, vatID));
      if (upgrade?.issue === issue) upgradesInProgress.put(vatID, { ...upgrade, issue: renewed });
    });
    inboxes.postpone(vatID);
  };

  /** No vat may wait for its inbox to become shorter. An upgrade of it can begin now. */
  const begin = (vatID: VatID): void => {
    backPressure.forget(vatID);
    upgradesInProgress.addPaused(vatID);
  };

  /** A vat that used up its meter continues when the meter is topped up. */
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
      // A new incarnation has no history to diverge from: its start has failed.
      if (upgrade?.step === 'startVat') {
        rollBack(vatID, upgrade, 'its worker did not start the new incarnation');
        return;
      }
      quarantines.put(vatID, divergence);
      begin(vatID);
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
        begin(vatID);
      }
      if (suspension === undefined) return;
      suspensions.put(vatID, suspension);
      begin(vatID);
      awaitMeter(vatID, suspension);
    },
    suspend: (vatID, suspension) => {
      suspensions.put(vatID, suspension);
      begin(vatID);
      effects.add({ type: 'worker-stale', vatID });
      effects.add({ type: 'vat-suspended', vatID, name: vats.options(vatID).name, suspension });
      awaitMeter(vatID, suspension);
    },
    release: (vatID) => {
      if (!vats.isAlive(vatID) || !tables.isPaused(vatID)) return;
      quarantines.delete(vatID);
      suspensions.delete(vatID);
      renumber(vatID);
      inboxes.touch(vatID);
      effects.add({ type: 'vat-released', vatID });
    },
  };
};
