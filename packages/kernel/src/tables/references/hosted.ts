import type { KRef, Tables } from '@cooperage/types';
import { endOf, keys } from '../schema.js';

/**
 * The objects and promises that the host's process answers for. They have no name under which the next process could
 * find them again, so that they break when it starts, but for those that are kept for a client of the host. Services are
 * not among them.
 */
export interface Hosted {
  /** @param keptAs what the next process finds it by: it does not break */
  add(kref: KRef, keptAs?: string): void;
  has(kref: KRef): boolean;
  /** What an object that does not break is found by. */
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
