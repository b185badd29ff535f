import type { KPromise } from '@cooperage/types';
import type { KernelTables } from '../tables/kernel-tables.js';

/**
 * Makes a promise follow another one: it is settled as that one is. It references the other promise, as data would.
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
 * The promise at the end of the chain that `kp` follows; `kp` itself if it follows none. All promises of the chain
 * follow it directly from now on, so a long chain is walked only once.
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
