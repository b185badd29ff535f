/** A run of a world: what may happen in it, and what has. */
import type { Random } from '../../random.js';
import type { LinkWorld } from './world.js';

export interface Settings {
  /** Cranks in a group. */
  readonly window: number;
  readonly crashes: number;
  readonly losses: number;
  /** Index of a shard that says what it likes. */
  readonly liar?: number;
  /** A link that is longer makes the vats of its sender wait. */
  readonly limit: number;
  /** Whether vats resolve promises so that they wait for one another: those are never settled. */
  readonly hasRings: boolean;
  /** Whether vats end, are upgraded, forked and suspended, and vats are made from afar. */
  readonly hasLives: boolean;
}

export interface Run {
  readonly world: LinkWorld;
  readonly random: Random;
  readonly settings: Settings;
  /** Links that are held up for a while. */
  readonly held: Set<string>;
  readonly counts: Record<string, number>;
}
