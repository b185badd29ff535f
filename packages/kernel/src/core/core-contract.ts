import type { Effect } from '../effects.js';
import type { Host } from '../host.js';
import type { Incarnation } from '../deliveries/incarnation.js';
import type { Kernel } from '../kernel.js';
import type { DeliveryNumber, ErrorCode, VatID } from '@cooperage/types';

/** Why a record was refused. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly message: string;
  /**
   * No check anticipated this fault. The vat is terminated, and it is also a defect of the kernel that should be
   * reported.
   */
  readonly unforeseen?: true;
}

/** What one step did, for observers. */
export interface Retired {
  readonly vatID: VatID;
  readonly n: DeliveryNumber;
  readonly syscalls: number;
  /** The delivery, as the text that the worker received, and its issue number; absent if no delivery was out. */
  readonly tag?: string;
  readonly issue?: number;
  readonly delivery?: string;
  /** Computrons that the crank used, also of a refused record; 0 if the engine does not meter. */
  readonly computrons: number;
  /** If the record was refused: the reason. The vat is terminated. */
  readonly refused?: Refusal;
  /** If the crank was undone because it used up the meter or its limit: the reason. The vat is suspended. */
  readonly suspended?: string;
}

/**
 * The kernel as one synchronous machine. Its events come one at a time: a call of the host, a record that arrives, a
 * record that is retired. Each is one crank on the tables, applied whole or not at all. What has to be done outside
 * is collected as effects.
 */
export interface Core {
  readonly kernel: Kernel;
  /** Runs `act` as a crank of the host. If `act` throws, the crank is undone. */
  input<T>(act: (host: Host) => T): T;
  /**
   * Call it once after opening existing tables: it hands out what was left waiting because records were retired in
   * another order before.
   */
  resume(): void;
  /**
   * Writes rows that do not describe the kernel's state, such as the places of heap images. The history has no crank
   * for it. If `act` throws, nothing is written.
   */
  withoutHistory<T>(act: () => T): T;
  /** A worker reports the end of a crank. `text` should be its record, and may be anything. */
  arrived(vatID: VatID, recordText: unknown): void;
  /**
   * Retires a slice (`sliceWork`) of the next record. None of it is visible, and no input is possible, until the
   * whole record is retired. If the vat's worker is lost before that, the slices are undone.
   * @returns `unfinished` if the record has more slices; undefined if there is no record
   */
  retireStep(): Retired | 'unfinished' | undefined;
  /** Whether a record is between two of its slices. */
  readonly isRetiring: boolean;
  /**
   * Undoes the slices of the unfinished record, and forgets it and the vat's later records: the kernel is closing.
   */
  abandon(): void;
  /** Retires the rest of the next record; undefined if there is none. */
  retireNext(): Retired | undefined;
  /** Retires the vat's next record, even if another vat is next; undefined if it has not arrived. For replays. */
  retireOf(vatID: VatID): Retired | undefined;
  /** The vat's worker was lost. Its successor will send the records again that are not retired. */
  workerLost(vatID: VatID): void;
  /** What a worker for the vat needs. */
  incarnation(vatID: VatID): Incarnation;
  /** Effects of accepted cranks since the last call. */
  takeEffects(): Effect[];
  /** The number of records that arrived and are not retired. */
  readonly waiting: number;
  /**
   * Whether no inbox holds work, no crank is in flight, and no vat is being created. Quarantined vats do not count.
   */
  isIdle(): boolean;
  /**
   * Whether terminated vats have left rows, or cycles of promises are still to be looked for. Each crank does some of
   * that; the caller may also make cranks that do nothing else.
   */
  readonly hasLeftRows: boolean;
}
