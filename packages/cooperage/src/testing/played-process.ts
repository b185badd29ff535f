import type { Runner } from '@cooperage/vat-manager';
import type { PlayedEnd, Switchboard } from '../host/switchboard.js';
import type { Clock } from '../services/timer/clock.js';

/** The kernel of a test, from inside. */
export interface PlayedKernel {
  readonly runner: Runner;
  readonly switchboard: Switchboard;
  /** As if the process had ended here and now. The store and the workers are left as they are. */
  kill(): void;
}

/**
 * The process around a kernel, as a test plays it: it has its own clock, chooses what is delivered next, and goes on
 * where the kernel is killed, with all promises and references that its code holds.
 */
export interface PlayedProcess extends PlayedEnd {
  readonly clock: Clock;
  /** See `CoreOptions.choices`. */
  readonly choices?: string | undefined;
  /** The process's end of the kernel that was killed. */
  readonly switchboard?: Switchboard | undefined;
  /** Called while the kernel is being opened, before anything moves. */
  opened(kernel: PlayedKernel): void;
}
