import { endOf, keys } from '../../tables/schema.js';
import type { KernelTables } from '../../tables/kernel-tables.js';
import type { PromiseRow } from '../../tables/references/promises.js';
import type { KPromise, ReadableTables } from '@cooperage/types';

/** Redirections of promises are stored in both directions and form no circle, and a redirected promise has no state of its own. */
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
    report(kp, `${row.followers} promises said to follow it, ${followers.length} do`);
  }
  for (const follower of followers) {
    if (promises.find(follower as KPromise)?.follows !== kp) {
      report(keys.follower(kp, follower as KPromise), 'it follows another one, or none');
    }
  }
  const { follows, state } = row;
  if (follows === undefined) return;
  if (!rows.has(keys.follower(follows, kp))) report(kp, `${follows} does not know that it follows`);
  if (row.decider !== undefined || row.queued > 0) report(kp, 'it follows and is decided itself');
  if (rows.has(keys.promiseData(kp))) report(kp, 'it follows, but has data of its own');
  const seen = new Set<KPromise>([kp]);
  let leader: KPromise = follows;
  for (let next = promises.get(leader).follows; next !== undefined;) {
    if (seen.has(leader)) {
      report(kp, 'it follows in a circle');
      return;
    }
    seen.add(leader);
    leader = next;
    next = promises.get(leader).follows;
  }
  if (promises.get(leader).state !== state) report(kp, `${state}, and ${leader} is not`);
};
