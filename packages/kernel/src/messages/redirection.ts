import type { KPromise } from '@cooperage/types';
import type { KernelTables } from '../tables/kernel-tables.js';

/**
 * A promise that is resolved to another one follows it: whatever becomes of
 * that one becomes of it. What it follows is held by it, as data would be.
 */
export const follow = (
  { promises, references }: KernelTables,
  kp: KPromise,
  leader: KPromise | undefined,
): void => {
  const before = promises.get(kp).follows;
  if (leader !== undefined) references.retain(leader);
  promises.setFollows(kp, leader);
  if (before !== undefined) references.release(before);
};

/**
 * The promise that `kp` follows in the end; `kp` itself where it follows none.
 * All on the way follow that one directly from now on, so that long ways are gone only once.
 */
export const leaderOf = (tables: KernelTables, kp: KPromise): KPromise => {
  const { promises } = tables;
  const leader = promises.leader(kp);
  let at = kp;
  for (let next = promises.get(at).follows; next !== undefined && next !== leader;) {
    follow(tables, at, leader);
    at = next;
    next = promises.get(at).follows;
  }
  return leader;
};
