/**
 * Watches threads from outside, because a thread in an endless crank cannot watch itself. Looks at each
 * thread's signs now and then: a crank that is still the same one ages, and so does what the process
 * has grown by since it was first seen.
 */
import {
  type CrankSign,
  type HostedVat,
  makeSilenceWatch,
  type SilentThread,
  STEP,
  type ThreadFault,
} from '@cooperage/worker-kit';
import type { ThreadStat } from './thread-stat.js';

export interface WatchedThread extends SilentThread, ThreadStat {
  readonly sign: CrankSign;
  readonly vats: ReadonlyMap<number, HostedVat>;
  condemn(fault: ThreadFault): void;
  /** Says what of a vat's code it is running; undefined where that cannot be found out. */
  findPlace?(): Promise<string | undefined>;
}

export interface WatchdogPowers {
  readonly threads: () => Iterable<WatchedThread>;
  /** Milliseconds, from a clock that only goes forward. */
  readonly now: () => number;
  /** Bytes that the process occupies. */
  readonly residentBytes: () => number;
  /** Of the host's own thread, which may make the process grow as well. */
  readonly hostPageFaults: () => number;
  /** Whether a debugger may have stopped threads. */
  readonly mayBePaused: () => boolean;
  /** Megabytes by which the process may grow during one crank. */
  readonly growthLimit: number;
}

interface Sighting {
  readonly serial: number;
  /** Milliseconds that count. */
  readonly age: number;
  readonly bytes: number;
  readonly faults: number;
  readonly hostFaults: number;
}

const MEGABYTE = 2 ** 20;

export const makeWatchdog = ({
  threads,
  now,
  residentBytes,
  hostPageFaults,
  mayBePaused,
  growthLimit,
}: WatchdogPowers) => {
  const sightings = new WeakMap<WatchedThread, Sighting>();
  const silence = makeSilenceWatch();
  const processorTimes = new WeakMap<WatchedThread, number>();
  /** Threads that are being asked where they are. */
  const asked = new WeakSet<WatchedThread>();
  let looked = now();
  /** Milliseconds for which some crank was under way and did not count. */
  let debuggedTime = 0;

  /** Ends a thread that is in a crank for too long, with the place in its code where it is. */
  const endLate = async (thread: WatchedThread, fault: ThreadFault): Promise<void> => {
    if (asked.has(thread)) return;
    asked.add(thread);
    const { serial } = thread.sign;
    const place = await thread.findPlace?.();
    asked.delete(thread);
    // The crank came to an end in the meantime: it was late by little.
    if (thread.sign.running === undefined || thread.sign.serial !== serial) return;
    const message = place === undefined ? fault.message : `${fault.message}: it was at ${place}`;
    thread.condemn({ ...fault, message });
  };

  /** Of the time that passed, what a thread spent on a processor: at a breakpoint it spends none. */
  const ran = (thread: WatchedThread, passed: number): number => {
    const total = thread.processorTime();
    if (total === undefined) return 0;
    const before = processorTimes.get(thread) ?? total;
    processorTimes.set(thread, total);
    return Math.min(passed, total - before);
  };

  /** A crank that was seen before and is under way still. */
  const lookAt = (thread: WatchedThread, passed: number, bytes: number) => {
    const { running, serial, n } = thread.sign;
    if (running === undefined) {
      sightings.delete(thread);
      return undefined;
    }
    const before = sightings.get(thread);
    if (before?.serial !== serial) {
      sightings.set(thread, {
        serial,
        age: 0,
        bytes,
        faults: thread.pageFaults(),
        hostFaults: hostPageFaults(),
      });
      return undefined;
    }
    const age = before.age + passed;
    sightings.set(thread, { ...before, age });
    const vat = thread.vats.get(running);
    return {
      thread,
      culprit: running,
      n,
      vat,
      age,
      grown: bytes - before.bytes,
      touched: () => thread.pageFaults() - before.faults,
      touchedByHost: () => hostPageFaults() - before.hostFaults,
    };
  };

  return {
    get debuggedTime(): number {
      return debuggedTime;
    },
    /** Looks once. */
    look: (): void => {
      const time = now();
      const passed = Math.min(time - looked, STEP);
      looked = time;
      const isDebugged = mayBePaused();
      const bytes = residentBytes();
      let longest = 0;
      const old = [...threads()].flatMap((thread) => {
        const counted = isDebugged ? ran(thread, passed) : passed;
        silence.look(thread, counted);
        const crank = lookAt(thread, counted, bytes);
        if (crank === undefined) return [];
        longest = Math.max(longest, passed - counted);
        return crank;
      });
      debuggedTime += longest;
      for (const { thread, culprit, n, vat, age } of old) {
        const limit = vat?.spec.crankTimeLimit ?? 0;
        if (age < limit) continue;
        const message = `crank ${n} of ${vat?.spec.name ?? 'a stopped vat'} took more than ${limit} ms`;
        const fault: ThreadFault = { culprit, kind: 'time-limit', n, message };
        // The place of a stopped vat is of no use to any caller.
        if (vat === undefined || thread.findPlace === undefined) thread.condemn(fault);
        else void endLate(thread, fault);
      }
      // The process grew, and these ran meanwhile: the one that touched the most is suspected.
      const [suspect] = old
        .filter(
          ({ grown, touched, touchedByHost }) =>
            grown > growthLimit * MEGABYTE && touched() >= touchedByHost(),
        )
        .sort((a, b) => b.touched() - a.touched() || b.age - a.age);
      if (suspect === undefined) return;
      const { thread, culprit, n, grown } = suspect;
      const message = `the process grew by ${Math.round(grown / MEGABYTE)} MB during crank ${n}`;
      thread.condemn({ culprit, kind: 'out-of-memory', n, message });
    },
  };
};
