import type { Effect } from '../effects.js';
import type { Host } from '../host.js';
import type { Incarnation } from '../deliveries/incarnation.js';
import type { Kernel } from '../kernel.js';
import type { DeliveryNumber, ErrorCode, VatID } from '@cooperage/types';

/** Why a record was refused. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly message: string;
  /** No check foresaw it: besides the vat's fault it is a defect of ours, to be reported. */
  readonly unforeseen?: true;
}

/** What one step did, for those who watch. */
export interface Retired {
  readonly vatID: VatID;
  readonly n: DeliveryNumber;
  readonly syscalls: number;
  /** What was delivered, and its issue number; absent where nothing was out. `delivery` is the text that the worker had. */
  readonly tag?: string;
  readonly issue?: number;
  readonly delivery?: string;
  /** What the crank used; 0 where its engine does not meter. Also of a record that is refused. */
  readonly computrons: number;
  /** Where the record was refused: why. The vat is gone. */
  readonly refused?: Refusal;
  /** Where the crank was undone because it used up what the vat may use: why. The vat stands still. */
  readonly suspended?: string;
}

/**
 * Kernel and vat manager as one synchronous machine. Things happen to it one
 * at a time: the host does something, a record arrives, a record is retired.
 * Each is one crank on the tables: applied whole or not at all. What is to be
 * done outside is collected as effects.
 */
export interface Core {
  readonly kernel: Kernel;
  /** A crank of the host's. If `act` throws, nothing has happened. */
  input<T>(act: (host: Host) => T): T;
  /**
   * Call it once when the tables were found: what was left waiting, because records were retired in another order
   * before, is handed out.
   */
  resume(): void;
  /**
   * Writes rows that say nothing of what the kernel is or has done, such as where images of heaps are: no crank of
   * its history. If `act` throws, nothing was written.
   */
  withoutHistory<T>(act: () => T): T;
  /** A worker says that a crank is over: what should be the text of its record, and may be anything. */
  arrived(vatID: VatID, recordText: unknown): void;
  /**
   * Retires part of the record whose turn it is: a slice of `sliceWork`. Nothing of it is visible, and there can be no
   * input, until all of it is retired. If its vat's worker is lost before, it has never come.
   * @returns `unfinished` where there is more of it; undefined where there is no record
   */
  retireStep(): Retired | 'unfinished' | undefined;
  /** A record is between two of its slices. */
  readonly isRetiring: boolean;
  /** The record that is between two of its slices has never come, nor those of its vat behind it: the kernel is being closed. */
  abandon(): void;
  /** Retires what is left of the record whose turn it is; undefined when there is none. */
  retireNext(): Retired | undefined;
  /** Retires the vat's next record, whosever turn it is; undefined where it has not arrived. For re-runs. */
  retireOf(vatID: VatID): Retired | undefined;
  /** The vat's worker is gone; its successor will say again what was not retired. */
  workerLost(vatID: VatID): void;
  /** What a worker for the vat must have. */
  incarnation(vatID: VatID): Incarnation;
  /** Effects of accepted cranks since the last call. */
  takeEffects(): Effect[];
  /** Records that arrived and are not retired. */
  readonly waiting: number;
  /** No inbox holds work, no crank is in flight, no vat is being created. Vats in quarantine do not count. */
  isIdle(): boolean;
  /** Vats that are no more have left rows: each crank deletes some of them, and one that does nothing else may be made. */
  readonly hasLeftRows: boolean;
}
