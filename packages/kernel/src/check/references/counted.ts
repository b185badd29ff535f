import type { KRef } from '@cooperage/types';

/** Reference counts, computed again from the rows. */
export interface Counted {
  reachable(kref: KRef): number;
  recognizable(kref: KRef): number;
  /**
   * References that do not come from promises. A promise without any must be referenced by a promise that has one.
   */
  readonly rooted: ReadonlySet<KRef>;
  /** The references of a promise: in its data, and in the messages that wait on it. */
  heldBy(kp: KRef): readonly KRef[];
  retain(kref: KRef, holder?: KRef): void;
  recognize(kref: KRef): void;
}

export const makeCounted = (): Counted => {
  const reachable = new Map<KRef, number>();
  const recognizable = new Map<KRef, number>();
  const rooted = new Set<KRef>();
  const links = new Map<KRef, KRef[]>();

  const increment = (counts: Map<KRef, number>, kref: KRef): void => {
    counts.set(kref, (counts.get(kref) ?? 0) + 1);
  };

  return {
    reachable: (kref) => reachable.get(kref) ?? 0,
    recognizable: (kref) => recognizable.get(kref) ?? 0,
    rooted,
    heldBy: (kp) => links.get(kp) ?? [],
    retain: (kref, holder) => {
      increment(reachable, kref);
      increment(recognizable, kref);
      if (holder === undefined) {
        rooted.add(kref);
        return;
      }
      const held = links.get(holder);
      if (held === undefined) links.set(holder, [kref]);
      else held.push(kref);
    },
    recognize: (kref) => increment(recognizable, kref),
  };
};
