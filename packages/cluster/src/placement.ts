import { createHash } from 'node:crypto';

/** A node that can be given shards. */
export interface Candidate {
  readonly incarnation: string;
  readonly name: string;
  /** Relative to the others: twice as much, twice as many shards. */
  readonly capacity: number;
}

export interface Place {
  readonly owner: Candidate | undefined;
  /** The one that would be chosen without the owner, so that it is the next owner when that fails. */
  readonly standby: Candidate | undefined;
}

/** Uniform in (0, 1), and the same on every node. */
const chanceOf = (shard: string, node: string): number => {
  const hash = createHash('sha256').update(`${shard}\0${node}`).digest();
  return (hash.readUIntBE(0, 6) + 1) / (2 ** 48 + 1);
};

/**
 * Rendezvous hashing: a node that joins or leaves moves the shards that it gets or had, and no other.
 *
 * @param pinned name of the node that an operator chose; it goes first while it is there
 */
export const placeShard = (
  shard: string,
  candidates: readonly Candidate[],
  pinned?: string,
): Place => {
  const scored = candidates.map((candidate) => ({
    candidate,
    score:
      candidate.name === pinned
        ? Infinity
        : candidate.capacity / -Math.log(chanceOf(shard, candidate.name)),
  }));
  scored.sort((a, b) => b.score - a.score || (a.candidate.name < b.candidate.name ? -1 : 1));
  return { owner: scored[0]?.candidate, standby: scored[1]?.candidate };
};
