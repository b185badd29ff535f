import type { ConsoleLevel, CooperageError, Divergence, VatID } from '@cooperage/types';
import type { Suspension } from '@cooperage/kernel';
import type { Retired } from '../core/core.js';

/** What happens, for those who watch. None of it can change what happens. */
export interface RunnerEvents {
  /** A record was retired, or refused. */
  retired(retired: Retired): void;
  /** A group of records is durable. */
  committed(sequence: number): void;
  vatReady(vatID: VatID, name: string): void;
  /** A vat began as a copy of another. */
  vatForked(vatID: VatID, parent: VatID): void;
  /** An upgrade is over; with the reason where the vat went back to what it was. */
  vatUpgraded(vatID: VatID, name: string, incarnation: number, error: string | undefined): void;
  vatEnded(vatID: VatID, name: string, isFailure: boolean, reason: string): void;
  /** A replay took another course: the vat gets nothing more until somebody decides. */
  vatQuarantined(vatID: VatID, name: string, divergence: Divergence): void;
  /** A crank used up what the vat may use and was undone: the vat stands still until there is more. */
  vatSuspended(vatID: VatID, name: string, suspension: Suspension): void;
  /** A worker came up, with so many cranks to run again first. */
  workerStarted(vatID: VatID, toReplay: number): void;
  /** The image of the vat's heap after delivery `n` cannot be used; the one before is, or the transcript alone. */
  imageRefused(vatID: VatID, n: number, reason: string): void;
  /** A worker is gone that nobody asked to go; its vat is brought back, or ended. */
  workerLost(vatID: VatID, reason: string): void;
  /** The kernel stopped for good; nothing is committed any more. */
  failed(error: CooperageError): void;
  /** A vat wrote to its console. */
  console(vatID: VatID, level: ConsoleLevel, text: string): void;
}
