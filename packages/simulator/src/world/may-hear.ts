import type { KernelTables } from '@cooperage/kernel';
import type { VatID } from '@cooperage/types';
import { insist } from '../violation.js';

/**
 * What a crank has handed out was for a vat that may be given something after it.
 *
 * @throws {Violation}
 */
export const insistMayHear = (
  { backPressure, upgradesInProgress, isPaused, vats }: KernelTables,
  vatID: VatID,
): void => {
  // What has the vat to itself goes on, however slow it was.
  if (!vats.isAlive(vatID) || upgradesInProgress.find(vatID) !== undefined) return;
  insist(!isPaused(vatID), () => `${vatID} is given a delivery while it is paused`);
  insist(
    !backPressure.isSlowed(vatID),
    () =>
      `${vatID} is given a delivery, though it has filled the inbox of ${backPressure.receiver(vatID)}`,
  );
};
