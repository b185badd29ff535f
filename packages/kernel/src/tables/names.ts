import { LIMITS, type Tables } from '@cooperage/types';
import { endOf, keys } from './schema.js';

/**
 * What names stand for: static vats, services, meters, bundles, and the host's own notes; for a bundle that had a name and
 * was replaced, which name it was; what the config said of a vat, bundle or meter when it took effect (`settled`); and what
 * the host holds beyond its process (`kept`); what peer kernels may find (`offered`).
 */
export type NameSpace =
  | 'vat'
  | 'service'
  | 'meter'
  | 'bundle'
  | 'formerly'
  | 'host'
  | 'default'
  | 'settled'
  | 'kept'
  | 'offered';

export interface Names {
  find(space: NameSpace, name: string): string | undefined;
  set(space: NameSpace, name: string, value: string): void;
  delete(space: NameSpace, name: string): void;
  /** @param prefix of those names only that begin with this text, which ends in a dot */
  list(space: NameSpace, prefix?: string): IterableIterator<readonly [name: string, value: string]>;
}

export const makeNames = (tables: Tables): Names => ({
  find: (space, name) => {
    const key = keys.name(space, name);
    // A guest may ask for any name; one that no key has room for stands for nothing.
    return key.length > LIMITS.tableKeyLength ? undefined : tables.get(key);
  },
  set: (space, name, value) => tables.set(keys.name(space, name), value),
  delete: (space, name) => tables.delete(keys.name(space, name)),
  *list(space, prefix = '') {
    const first = keys.name(space, prefix);
    const { length } = keys.name(space, '');
    for (const key of tables.keys(first, endOf(first))) {
      yield [key.slice(length), tables.get(key) as string];
    }
  },
});
