import { endOf, keys } from '../../tables/schema.js';
import type { KernelTables } from '../../tables/kernel-tables.js';
import type { PromiseRow } from '../../tables/references/promises.js';
import type { KPromise, ReadableTables } from '@cooperage/types';

/**
 * Redirections of promises are stored in both directions and form no cycle. A redirected promise has no state of its
 * own.
 */
export const checkRedirection = (
  { promises }: KernelTables,
  rows: ReadableTables,
  report: (key: string, problem: string) => void,
  kp: KPromise,
  row: PromiseRow,
): void => {
  const prefix = keys.follower(kp, '');
  const followers = [...rows.keys(prefix, endOf(prefix))].map((key) => key.slice(prefix.length));
  if (followers.length !== row.followers) {
    report(kp, `it counts ${row.followers} followers, and has ${followers.length}`);
  }
  for (const follower of followers) {
    if (promises.find(follower as KPromise)?.follows !== kp) {
      report(keys.follower(kp, follower as KPromise), 'it follows another promise, or none');
    }
  }
  const { follows, state } = row;
  if (follows === undefined) return;
  if (!rows.has(keys.follower(follows, kp)))
    report(kp, `${follows} has no row for it as a follower`);
  if (row.decider !== undefined || row.queued > 0)
    report(kp, 'it follows a promise, and has a decider');
  if (rows.has(keys.promiseData(kp))) report(kp, 'it follows a promise, and has data of its own');
  const seen = new Set<KPromise>([kp]);
  let leader: KPromise = follows;
  for (let next = promises.get(leader).follows; next !== undefined;) {
    if (seen.has(leader)) {
      report(kp, 'it follows itself, through other promises');
      return;
    }
    seen.add(leader);
    leader = next;
    next = promises.get(leader).follows;
  }
  if (promises.get(leader).state !== state) report(kp, `it is ${state}, and ${leader} is not`);
};
