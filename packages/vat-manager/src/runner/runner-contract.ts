import type { Host, Core, Retired } from '@cooperage/kernel';
import type { KernelStore, Order, VatID, VatWorkerHost } from '@cooperage/types';
import type { HostAmbient } from './host-ambient.js';
import type { OutputHandler } from './output-queue.js';
import type { ResidencyLimits } from '../workers/residency.js';
import type { RunnerEvents } from './runner-events.js';
import type { RunBounds, RunEnd } from '../runs/runs.js';

/** What the host says to a call. */
export type OutputAnswer = Parameters<Host['settleOutput']>[1];

export interface RunnerOptions {
  readonly store: KernelStore;
  readonly workers: VatWorkerHost;
  readonly order: Order;
  /** For the choices of `adversarial` order. */
  readonly seed?: number;
  /** The choices themselves, instead of a seed: see `CoreOptions.choices`. */
  readonly choices?: string | undefined;
  /**
   * Whether each crank is written down, so that the kernel can be run again from its records. By default where
   * it was so far, and in `issue` order; `false` deletes what was kept.
   */
  readonly history?: boolean | undefined;
  /**
   * Called for each output, in order, once everything that led to it is durable; again after a restart for those
   * that were not settled. Answer with {@link Runner.settleOutput}. `background` outputs do not keep
   * {@link Runner.run} waiting.
   */
  readonly onOutput: OutputHandler;
  /** Time and randomness for vats with the option `ambient` (default: the host's clock and entropy). */
  readonly ambient?: HostAmbient;
  readonly residency?: ResidencyLimits;
  readonly events?: Partial<RunnerEvents>;
  /** Deliveries after which a vat's heap is copied, where its engine can; 200 unless given. */
  readonly snapshotInterval?: number;
}

export interface RunnerStats {
  /** Records retired since the kernel was opened. */
  readonly cranks: number;
  readonly refused: number;
  /** Groups committed since the kernel was opened. */
  readonly commits: number;
  /** Vats that have a worker. */
  readonly online: number;
  /** The most vats that had deliveries at their workers at one time. */
  readonly mostVatsAtOnce: number;
  /** The same, averaged over the records retired. */
  readonly meanVatsAtOnce: number;
  /** The most cranks that were seen running at one time: looked at whenever a record was retired. */
  readonly mostCranksAtOnce: number;
  /** The same, averaged. */
  readonly meanCranksAtOnce: number;
  /** Outputs that the host has not settled. */
  readonly openOutputs: number;
}

/** The kernel in motion: core, store and workers, joined by the event loop. */
export interface Runner {
  /** The machine itself, for reading: tools look at its tables between cranks. */
  readonly core: Core;
  /**
   * A crank of the host's, here and now: a record that is in the middle of being retired is retired first, however long that
   * takes. If `act` throws, nothing has happened.
   * @throws {CooperageError} `CLOSED`
   */
  input<T>(act: (host: Host) => T): T;
  /**
   * The same at once, or when the record that is in the middle of being retired is, or in a later turn of the event loop where
   * inputs have had their time in this one. In the order of the calls.
   * @throws {CooperageError} `CLOSED`
   */
  inputSoon<T>(act: (host: Host) => T): Promise<T>;
  /** The same for an input that must be prepared immediately before its crank. */
  prepareInput<T>(prepare: () => (host: Host) => T): Promise<T>;
  /** Nothing waits that would be in the way of an input. */
  readonly isFree: boolean;
  /** Resolves when {@link Runner.inputSoon} would be at once: between two cranks. */
  whenFree(): Promise<void>;
  /** Settles an output, as a crank of its own, soon. An answer that is a function is made in that crank. */
  settleOutput(number: number, answer?: OutputAnswer | ((host: Host) => OutputAnswer)): void;
  /** The output was settled in an input. */
  outputSettled(number: number): void;
  /** Retire records as they come, until {@link Runner.stop}. */
  start(): void;
  /** Resolves between two cranks, when all that was retired is durable. */
  stop(): Promise<void>;
  /**
   * Resolves when there is nothing left to do: no inbox holds work, no crank is in flight, no vat is being
   * created, no garbage action is pending, no foreground output is open, and everything is durable.
   * Or when one of the bounds is reached, between two cranks and with all that was retired durable.
   *
   * @throws {CooperageError} `BAD_ARGUMENT` for a bound that is none
   */
  run(bounds?: RunBounds): Promise<RunEnd>;
  /** Keeps the kernel running until the promise is settled; rejects if the kernel stops for good first. */
  runWhile<T>(work: Promise<T>): Promise<T>;
  /** The promise, rejected if the kernel stops for good first. */
  orFailure<T>(work: Promise<T>): Promise<T>;
  /** Retires one record and waits until it is durable; undefined where there is nothing left to do. */
  step(): Promise<Retired | undefined>;
  /** Everything that was done so far is durable when it resolves. */
  flush(): Promise<void>;
  /**
   * Copies a vat's heap as it is between two cranks; durable when it resolves.
   * @throws {CooperageError} `BAD_ARGUMENT` where the vat's engine cannot
   */
  snapshot(vatID: VatID): Promise<void>;
  /**
   * Commits nothing until the returned function is called, so that all that happens meanwhile becomes durable
   * together or, if the process ends, never happened. Outputs wait as well.
   */
  pauseCommits(): () => void;
  stats(): RunnerStats;
  /**
   * As if the process had ended here and now: no caller is told anything, and what is not durable is lost. The store and
   * the workers are left as they are. For tests, which open the store again.
   */
  kill(): void;
  /** Stops the workers and closes the store. All retired records are durable, unless commits are paused. Idempotent. */
  close(): Promise<void>;
}
