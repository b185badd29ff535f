import type { KRef, Tables } from '@cooperage/types';
import { endOf, keys } from '../schema.js';

/**
 * Objects and promises of the host's process. They have no names, so the next process cannot find them: they break
 * when it starts, except those that are kept for a client of the host. Services are not among them.
 */
export interface Hosted {
  /** @param keptAs a label by which the next process finds it: then it does not break */
  add(kref: KRef, keptAs?: string): void;
  has(kref: KRef): boolean;
  /** The label of an object that does not break. */
  keptAs(kref: KRef): string | undefined;
  delete(kref: KRef): void;
  list(): KRef[];
}

const PREFIX = 'hosted.';
const KEPT = 'kept ';

export const makeHosted = (tables: Tables): Hosted => ({
  add: (kref, keptAs) =>
    tables.set(keys.hosted(kref), keptAs === undefined ? '1' : `${KEPT}${keptAs}`),
  has: (kref) => tables.has(keys.hosted(kref)),
  keptAs: (kref) => {
    const value = tables.get(keys.hosted(kref));
    return value?.startsWith(KEPT) === true ? value.slice(KEPT.length) : undefined;
  },
  delete: (kref) => tables.delete(keys.hosted(kref)),
  list: () =>
    [...tables.keys(PREFIX, endOf(PREFIX))].map((key) => key.slice(PREFIX.length) as KRef),
});
