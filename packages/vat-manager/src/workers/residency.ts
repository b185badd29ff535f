import type { VatID } from '@cooperage/types';

/** How much of a kernel is in memory at a time. What is not is on disk, and comes back with its next delivery. */
export interface ResidencyLimits {
  /** Vats that have a worker; unlimited if left out. */
  readonly vats?: number;
  /** Megabytes of resident memory of the process beyond which idle vats leave, one by one. */
  readonly megabytes?: number;
}

interface Resident {
  readonly vatID: VatID;
  readonly retired: number;
  leaving: boolean;
}

/** Decides which vat leaves when another one needs its place: the least recently used one that is idle. */
export interface Residency {
  /** Vats that have something to do and no worker, the longest waiting first. */
  readonly waiting: Set<VatID>;
  hasRoom(): boolean;
  /** A vat waits, or there is too much in memory: look again. */
  isPressed(): boolean;
  /** Sends away as many as wait, as far as that can be done. */
  makeRoom(): void;
}

export interface ResidencyPowers<OnlineVat extends Resident> {
  readonly limits: ResidencyLimits;
  /** Least recently used first. */
  readonly onlineVats: () => Iterable<OnlineVat>;
  readonly isIdle: (vat: OnlineVat) => boolean;
  /** Evicts an idle vat: at once, or after a `bringOutYourDead`. */
  readonly sendAway: (vat: OnlineVat) => void;
}

/** Records that a busy vat may have retired before it gives its place to one that waits. */
const BATCH = 200;
/** Records between two looks at the memory. */
const LOOK = 256;
const MEGABYTE = 1_000_000;

export const makeResidency = <OnlineVat extends Resident>(
  powers: ResidencyPowers<OnlineVat>,
): Residency => {
  const { limits, onlineVats, isIdle, sendAway } = powers;
  const most = limits.vats ?? Infinity;
  const waiting = new Set<VatID>();
  let sinceLook = 0;

  const list = (): OnlineVat[] => [...onlineVats()];

  /** @returns whether the process uses more memory than it may */
  const isFat = (): boolean => {
    if (limits.megabytes === undefined) return false;
    sinceLook += 1;
    if (sinceLook < LOOK) return false;
    sinceLook = 0;
    return process.memoryUsage.rss() > limits.megabytes * MEGABYTE;
  };

  const makeRoom = (): void => {
    if (waiting.size === 0 || most === Infinity) return;
    const all = list();
    let wanted = Math.min(waiting.size, most) - (most - all.length);
    for (const vat of all) {
      if (wanted <= 0) return;
      if (vat.leaving) wanted -= 1;
      else if (isIdle(vat)) {
        sendAway(vat);
        wanted -= 1;
      }
    }
    // All are busy: those that have had their turn finish what they were given, and wait again.
    for (const vat of all) {
      if (wanted <= 0) return;
      if (vat.leaving || isIdle(vat) || vat.retired < BATCH) continue;
      vat.leaving = true;
      wanted -= 1;
    }
  };

  return {
    waiting,
    hasRoom: () => most === Infinity || list().length < most,
    isPressed: () => {
      if (waiting.size > 0) return true;
      if (!isFat()) return false;
      const [first, second] = list().filter((vat) => !vat.leaving && isIdle(vat));
      // One stays, whatever it weighs.
      if (first !== undefined && second !== undefined) sendAway(first);
      return false;
    },
    makeRoom,
  };
};
