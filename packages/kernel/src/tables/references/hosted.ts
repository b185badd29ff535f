import type { KRef, Tables } from '@cooperage/types';
import { endOf, keys } from '../schema.js';

/**
 * The objects and promises that the host's process answers for. They have no name under which the next process could
 * find them again, so that they break when it starts. Services are not among them.
 */
export interface Hosted {
  add(kref: KRef): void;
  has(kref: KRef): boolean;
  delete(kref: KRef): void;
  list(): KRef[];
}

const PREFIX = 'hosted.';

export const makeHosted = (tables: Tables): Hosted => ({
  add: (kref) => tables.set(keys.hosted(kref), '1'),
  has: (kref) => tables.has(keys.hosted(kref)),
  delete: (kref) => tables.delete(keys.hosted(kref)),
  list: () =>
    [...tables.keys(PREFIX, endOf(PREFIX))].map((key) => key.slice(PREFIX.length) as KRef),
});
