/**
 * Watches threads from outside, because a thread in an endless crank cannot watch itself. Looks at each
 * thread's signs now and then: a crank that is still the same one ages, and so does what the process
 * has grown by since it was first seen.
 */
import type { Verdict } from './pool-thread.js';
import type { CrankSign } from './crank-signs.js';
import type { HostedVat } from './hosted-vat.js';
import { makeSilenceWatch, type SilentThread } from './silence.js';

export interface WatchedThread extends SilentThread {
  readonly sign: CrankSign;
  readonly vats: ReadonlyMap<number, HostedVat>;
  pageFaults(): number;
  condemn(verdict: Verdict): void;
}

export interface WatchdogPowers {
  readonly threads: () => Iterable<WatchedThread>;
  /** Milliseconds, from a clock that only goes forward. */
  readonly now: () => number;
  /** Bytes that the process occupies. */
  readonly residentBytes: () => number;
  /** Of the host's own thread, which may make the process grow as well. */
  readonly hostPageFaults: () => number;
  /** Megabytes by which the process may grow during one crank. */
  readonly growthLimit: number;
}

interface Sighting {
  readonly serial: number;
  readonly since: number;
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
  growthLimit,
}: WatchdogPowers) => {
  const sightings = new WeakMap<WatchedThread, Sighting>();
  const silence = makeSilenceWatch();
  let looked = now();

  /** A crank that was seen before and is under way still. */
  const lookAt = (thread: WatchedThread, time: number, bytes: number) => {
    const { running, serial, n } = thread.sign;
    if (running === undefined) {
      sightings.delete(thread);
      return undefined;
    }
    const before = sightings.get(thread);
    if (before?.serial !== serial) {
      sightings.set(thread, {
        serial,
        since: time,
        bytes,
        faults: thread.pageFaults(),
        hostFaults: hostPageFaults(),
      });
      return undefined;
    }
    const vat = thread.vats.get(running);
    return {
      thread,
      culprit: running,
      n,
      vat,
      age: time - before.since,
      grown: bytes - before.bytes,
      touched: () => thread.pageFaults() - before.faults,
      touchedByHost: () => hostPageFaults() - before.hostFaults,
    };
  };

  return {
    /** Looks once. */
    look: (): void => {
      const time = now();
      for (const thread of threads()) silence.look(thread, time - looked);
      looked = time;
      const bytes = residentBytes();
      const old = [...threads()].flatMap((thread) => lookAt(thread, time, bytes) ?? []);
      for (const { thread, culprit, n, vat, age } of old) {
        const limit = vat?.spec.crankTimeLimit ?? 0;
        if (age < limit) continue;
        const message = `crank ${n} of ${vat?.spec.name ?? 'a stopped vat'} took more than ${limit} ms`;
        thread.condemn({ culprit, kind: 'time-limit', n, message });
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
