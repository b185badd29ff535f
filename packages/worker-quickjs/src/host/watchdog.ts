/**
 * The clock behind the clock: a crank that takes too long is broken off by its own thread, which cannot do so while it
 * is inside of something that never asks. So threads are watched from outside as well, and one that stays in a crank
 * for much longer than that may take is ended, with that crank to blame.
 */
import {
  type CrankSign,
  type HostedVat,
  makeSilenceWatch,
  type SilentThread,
  STEP,
  type ThreadFault,
} from '@cooperage/worker-kit';

export interface WatchedThread extends SilentThread {
  readonly sign: CrankSign;
  readonly vats: ReadonlyMap<number, HostedVat>;
  condemn(fault: ThreadFault): void;
}

/** Milliseconds between two looks. */
export const LOOK = 100;
/** Milliseconds beyond the limit, in which the thread may break the crank off by itself. */
const GRACE = 2_000;

interface Sighting {
  readonly serial: number;
  readonly age: number;
}

export interface WatchdogPowers {
  readonly threads: () => Iterable<WatchedThread>;
  /** Milliseconds, from a clock that only goes forward. */
  readonly now: () => number;
  /** Whether a debugger may have stopped threads: then only the threads themselves see to the limits. */
  readonly mayBePaused: () => boolean;
}

export const makeWatchdog = ({ threads, now, mayBePaused }: WatchdogPowers) => {
  const sightings = new WeakMap<WatchedThread, Sighting>();
  const silence = makeSilenceWatch();
  let looked = now();

  const lookAt = (thread: WatchedThread, passed: number): void => {
    const { running, serial, n } = thread.sign;
    const before = sightings.get(thread);
    if (running === undefined) {
      sightings.delete(thread);
      return;
    }
    const age = before?.serial === serial ? before.age + passed : 0;
    sightings.set(thread, { serial, age });
    const spec = thread.vats.get(running)?.spec;
    const limit = spec?.crankTimeLimit ?? 0;
    if (age < limit + GRACE) return;
    const message = `crank ${n} of ${spec?.name ?? 'a stopped vat'} took more than ${limit} ms and could not be interrupted`;
    thread.condemn({ culprit: running, kind: 'time-limit', n, message });
  };

  return {
    /** Looks once. */
    look: (): void => {
      const time = now();
      const passed = mayBePaused() ? 0 : Math.min(time - looked, STEP);
      for (const thread of threads()) silence.look(thread, passed);
      looked = time;
      for (const thread of threads()) lookAt(thread, passed);
    },
  };
};
