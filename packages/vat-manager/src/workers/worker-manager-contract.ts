import type { Host, Core, WorkerMark } from '@cooperage/kernel';
import type { DeliveryNumber, KernelStore, VatID, VatWorkerHost } from '@cooperage/types';
import type { HeapImages } from './heap-images.js';
import type { ResidencyLimits } from './residency.js';
import type { SaidOfCrank } from '../watch/crank-watch.js';
import type { RunnerEvents } from '../runner/runner-events.js';

/** The workers of a kernel's vats: brought up when there is something to deliver, and again when they are lost. */
export interface WorkerManager {
  /** Collects delivery `n` for the vat's worker; {@link WorkerManager.post} sends it. */
  deliver(vatID: VatID, n: DeliveryNumber, text: string): void;
  post(): void;
  /** A record of the vat was retired: it is making progress. */
  retired(vatID: VatID): void;
  /** The vat is terminated, or its worker is of no use: the next delivery gets another one. */
  dismiss(vatID: VatID): void;
  /** Keeps the vat on disk only, unless something is out to it: an image of its heap, where there can be one. */
  rest(vatID: VatID): void;
  /**
   * Copies the present heap of the vat.
   * @throws {CooperageError} `BAD_ARGUMENT` where its engine cannot
   */
  snapshot(vatID: VatID): Promise<void>;
  /** The vat is a fork: it may start from an image that is being made of its parent. */
  forked(vatID: VatID, parent: VatID): void;
  /** After a start: gives every vat the deliveries that were out before. */
  resume(): void;
  /** The vat is not paused any more. */
  released(vatID: VatID): void;
  /** The kernel is closed: messages of workers are ignored from now on. */
  close(): void;
  /** Vats that have a worker. */
  readonly online: number;
  /** Vats that have deliveries at their workers. */
  readonly busy: number;
}

export interface WorkerManagerOptions {
  readonly core: Core;
  readonly store: KernelStore;
  readonly workers: VatWorkerHost;
  readonly events: Partial<RunnerEvents>;
  /** Something happened to a vat's worker that is written down beside the history. */
  readonly mark?: (kind: WorkerMark['kind'], vatID: VatID) => void;
  /** What the worker says of when, and in which thread, the crank ran whose record arrives next: anything. */
  readonly ran?: (vatID: VatID, said: SaidOfCrank) => void;
  /** Something arrived. */
  readonly changed: () => void;
  /** The kernel cannot go on. */
  readonly failed: (thrown: unknown) => void;
  /** How many vats may have a worker at a time, and how much memory the process may use. */
  readonly residency: ResidencyLimits;
  /**
   * Records are retired as they come, and who leaves memory may be told so. Where the order is fixed, a record may have to
   * wait for a vat that waits for a place, and who is in memory must not show in the history.
   */
  readonly asTheyCome: boolean;
  /** At once, unless a record is in the middle of being retired: then when it is. */
  readonly input: <T>(act: (host: Host) => T) => Promise<T>;
  /** {@link WorkerManagerOptions.input} would be at once. */
  readonly isFree: () => boolean;
  readonly images: HeapImages;
  /** Deliveries after which a heap is copied. */
  readonly snapshotInterval: number;
}
