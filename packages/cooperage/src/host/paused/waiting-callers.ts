/**
 * The policy for those who wait for a vat in quarantine or suspended: after a time they are rejected. The kernel has no
 * clock, so that the host says when; what it says is an input like any other, and part of the history.
 */
import type { IssueNumber, VatID } from '@cooperage/types';
import { type PatientTimer, startPatientTimer } from '@cooperage/vat-manager';
import type { Switchboard } from '../switchboard.js';

export interface WaitingCallers {
  /** Something waits for the vat, which is paused. */
  waits(vatID: VatID): void;
  /** Nothing is rejected any more. */
  end(): void;
}

interface Wait {
  readonly timer: PatientTimer;
  /** Something came since the timer was started. */
  hasMore: boolean;
}

/** @param milliseconds undefined: they wait until the vat goes on or ends */
export const makeWaitingCallers = (
  switchboard: Pick<Switchboard, 'runner' | 'shortened'>,
  milliseconds: number | undefined,
): WaitingCallers => {
  const waits = new Map<VatID, Wait>();

  const reject = async (vatID: VatID, upTo: IssueNumber): Promise<void> => {
    while (await switchboard.runner().inputSoon((host) => host.rejectWaiting(vatID, upTo)));
    switchboard.shortened(vatID);
  };

  const begin = (vatID: VatID, patience: number): void => {
    const { core } = switchboard.runner();
    // What comes later waits for as long, too.
    const upTo = core.kernel.tables.inboxes.newestIssue();
    const timer = startPatientTimer(
      patience,
      () => {
        const hasMore = waits.get(vatID)?.hasMore === true;
        waits.delete(vatID);
        // Where the kernel is closed or has failed, all who wait are told so.
        reject(vatID, upTo).catch(() => undefined);
        if (hasMore) begin(vatID, patience);
      },
      { debuggedTime: () => 0 },
    );
    waits.set(vatID, { timer, hasMore: false });
  };

  return {
    waits: (vatID) => {
      if (milliseconds === undefined) return;
      const known = waits.get(vatID);
      if (known === undefined) begin(vatID, milliseconds);
      else known.hasMore = true;
    },
    end: () => {
      for (const { timer } of waits.values()) timer.cancel();
      waits.clear();
    },
  };
};
