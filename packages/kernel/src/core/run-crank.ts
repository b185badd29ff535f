/** Runs one crank of the core: an event and all its consequences, applied whole or not at all. */
import type { Effect } from '../effects.js';
import type { HandOut } from '../deliveries/hand-out.js';
import type { Kernel } from '../kernel.js';
import type { CrankCause } from '../tables/history.js';
import type { UpgradeSteps } from '../vats/upgrade-steps.js';
import type { VatID, Work } from '@cooperage/types';
import type { Ambient } from './ambient.js';
import type { OneAtATime } from './one-at-a-time.js';
import type { RecordHistory } from './record-history.js';

export type Crank = <T>(cause: CrankCause, act: () => Work<T>) => Work<T>;

export interface RunCrankPowers {
  readonly kernel: Kernel;
  readonly ambient: Ambient;
  readonly handOut: HandOut;
  readonly history: RecordHistory | undefined;
  readonly oneAtATime: OneAtATime;
  readonly upgradeSteps: UpgradeSteps;
  /** An effect of an accepted crank. */
  readonly accepted: (effect: Effect) => void;
}

export interface RunCrank {
  readonly crank: Crank;
  /** Hands out deliveries after a change of the vat. */
  readonly fillWindow: (vatID: VatID) => Work;
}

export const makeRunCrank = ({
  kernel,
  ambient,
  handOut,
  history,
  oneAtATime,
  upgradeSteps,
  accepted,
}: RunCrankPowers): RunCrank => {
  const { backPressure, upgradesInProgress, inboxes, windows } = kernel.tables;

  const fillWindow = function* (vatID: VatID): Work {
    if (!oneAtATime.isOn) yield* handOut.fillWindow(vatID);
  };

  /** Moves the deliveries of a slowed vat behind all other work, so that no other vat waits for them. */
  const postpone = function* (): Work {
    // All that have work may wait for peers: then there is nothing to put before them.
    const postponed = new Set<VatID>();
    for (;;) {
      const oldest = inboxes.oldest();
      if (oldest === undefined || windows.size(oldest.vatID) > 0) return;
      if (!backPressure.isSlowed(oldest.vatID) || postponed.has(oldest.vatID)) return;
      postponed.add(oldest.vatID);
      yield* inboxes.postponeInSlices(oldest.vatID, kernel.pace);
    }
  };

  /** Hands out deliveries to the vats whose inboxes or windows have changed. Returns whether it handed out any. */
  const handOutTouched = function* (): Work<boolean> {
    const paused = upgradesInProgress.takePaused();
    for (const vatID of paused) yield* upgradeSteps.beginWithoutHeap(vatID);
    const touched = inboxes.takeTouched();
    for (const vatID of touched) yield* fillWindow(vatID);
    oneAtATime.markChanged(touched);
    yield* postpone();
    const moved = yield* oneAtATime.take();
    return paused.length > 0 || touched.length > 0 || moved;
  };

  return {
    fillWindow,
    *crank(cause, act) {
      ambient.beginCrank();
      try {
        const result = yield* kernel.cranks.runInSlices(
          function* () {
            const value = yield* act();
            oneAtATime.follow();
            return value;
          },
          {
            handOut: handOutTouched,
            ...(history !== undefined && {
              beforeAccept: () => history.recordCrank(cause, ambient.taken()),
            }),
          },
        );
        for (const effect of kernel.effects.take()) accepted(effect);
        return result;
      } catch (error) {
        oneAtATime.follow();
        oneAtATime.forget();
        throw error;
      }
    },
  };
};
