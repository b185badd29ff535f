import type { ConsoleLevel, CooperageError, Divergence, KObject, VatID } from '@cooperage/types';
import type { Suspension, UpgradedWithoutHeap } from '@cooperage/kernel';
import type { PausedVat } from '../workers/paused-vats.js';
import type { RetiredCrank } from '../watch/crank-watch.js';

export interface UpgradedVat {
  readonly vatID: VatID;
  readonly name: string;
  readonly incarnation: number;
  /** Where the vat went back to its old code: why. */
  readonly error?: string;
  readonly withoutHeap?: UpgradedWithoutHeap;
}

/** Events for observers. An observer cannot change what the kernel does. */
export interface RunnerEvents {
  /** A record was retired, or refused. */
  retired(retired: RetiredCrank): void;
  /** Whether more is wanted of each retired crank than what came of it: what it was, its cause, its times. */
  wantsCranks(): boolean;
  /** A group of records is durable. */
  committed(sequence: number): void;
  vatReady(vatID: VatID, name: string): void;
  /** No vat could send to this object of the host any more, when a crank ended. */
  hostObjectDropped(object: KObject): void;
  /** A vat began as a copy of another. */
  vatForked(vatID: VatID, parent: VatID): void;
  /** An upgrade is over; with the reason if it was rolled back. */
  vatUpgraded(upgraded: UpgradedVat): void;
  vatEnded(vatID: VatID, name: string, isFailure: boolean, reason: string): void;
  /** A replay diverged: the vat gets nothing more until the operator decides. */
  vatQuarantined(paused: PausedVat, divergence: Divergence): void;
  /** A crank used up what the vat may use and was undone: the vat stands still until there is more. */
  vatSuspended(paused: PausedVat, suspension: Suspension): void;
  /** Something came to wait for a vat that is paused: a message, or what an administrator asks. */
  deliveryWaits(paused: PausedVat): void;
  /** A worker came up, with so many cranks to run again first. */
  workerStarted(vatID: VatID, toReplay: number): void;
  /** The image of the vat's heap after delivery `n` cannot be used; the one before is, or the transcript alone. */
  imageRefused(vatID: VatID, n: number, reason: string): void;
  /** A worker was lost; its vat is brought back, or ended. */
  workerLost(vatID: VatID, reason: string): void;
  /** The kernel stopped for good; nothing is committed any more. */
  failed(error: CooperageError): void;
  /** A vat wrote to its console, in delivery `n` where its worker says that. */
  console(vatID: VatID, level: ConsoleLevel, text: string, n?: number): void;
}
