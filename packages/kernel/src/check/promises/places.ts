import { isVatID, type KPromise, type VatID } from '@cooperage/types';
import type { KernelTables } from '../../tables/kernel-tables.js';

/**
 * A message that waits on a promise has a place in the inbox of the vat that decides the promise, or will decide it,
 * if that vat has `enablePipelining`. Without a place the message would wait until the promise is resolved.
 */
export const checkPlaces = (
  { inboxes, promises, vats }: KernelTables,
  report: (key: string, problem: string) => void,
  kps: Iterable<KPromise>,
): void => {
  const counts = new Map<VatID, Map<KPromise, number>>();
  const placesIn = (vatID: VatID): Map<KPromise, number> => {
    const known = counts.get(vatID);
    if (known !== undefined) return known;
    const places = new Map<KPromise, number>();
    for (const { work } of inboxes.entries(vatID)) {
      if (work[0] === 'pipelined') places.set(work[1], (places.get(work[1]) ?? 0) + 1);
    }
    counts.set(vatID, places);
    return places;
  };
  for (const kp of kps) {
    const { decider, nextDecider, queued } = promises.get(kp);
    const vatID = decider ?? nextDecider;
    if (queued === 0 || !isVatID(vatID) || !vats.isAlive(vatID)) continue;
    const { enablePipelining, zygote } = vats.options(vatID);
    if (enablePipelining !== true || zygote === true) continue;
    const places = placesIn(vatID).get(kp) ?? 0;
    if (places < queued) {
      report(
        kp,
        `${queued} messages wait on it, and ${places} have a place in the inbox of ${vatID}`,
      );
    }
  }
};
