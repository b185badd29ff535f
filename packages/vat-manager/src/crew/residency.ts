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

export interface ResidencyPowers<Member extends Resident> {
  readonly limits: ResidencyLimits;
  /** Least recently used first. */
  readonly members: () => Iterable<Member>;
  readonly isIdle: (member: Member) => boolean;
  /** An idle vat is to leave: at once, or when it has said what it does not need any more. */
  readonly sendAway: (member: Member) => void;
}

/** Records that a busy vat may have retired before it gives its place to one that waits. */
const TURN = 200;
/** Records between two looks at the memory. */
const LOOK = 256;
const MEGABYTE = 1_000_000;

export const makeResidency = <Member extends Resident>(
  powers: ResidencyPowers<Member>,
): Residency => {
  const { limits, members, isIdle, sendAway } = powers;
  const most = limits.vats ?? Infinity;
  const waiting = new Set<VatID>();
  let sinceLook = 0;

  const list = (): Member[] => [...members()];

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
    for (const member of all) {
      if (wanted <= 0) return;
      if (member.leaving) wanted -= 1;
      else if (isIdle(member)) {
        sendAway(member);
        wanted -= 1;
      }
    }
    // All are busy: those that have had their turn finish what they were given, and wait again.
    for (const member of all) {
      if (wanted <= 0) return;
      if (member.leaving || isIdle(member) || member.retired < TURN) continue;
      member.leaving = true;
      wanted -= 1;
    }
  };

  return {
    waiting,
    hasRoom: () => most === Infinity || list().length < most,
    isPressed: () => {
      if (waiting.size > 0) return true;
      if (!isFat()) return false;
      const [first, second] = list().filter((member) => !member.leaving && isIdle(member));
      // One stays, whatever it weighs.
      if (first !== undefined && second !== undefined) sendAway(first);
      return false;
    },
    makeRoom,
  };
};
