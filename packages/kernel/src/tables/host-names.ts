import { LIMITS, type Tables } from '@cooperage/types';
import { endOf, keys } from './schema.js';

/**
 * Names that the host gives: to static vats, services, meters and bundles, and to texts of its own (`host`). Of a bundle
 * that was replaced, the name that it had (`formerly`); the defaults of vat options (`default`); what the config said of a
 * vat, bundle or meter when it took effect (`settled`); references that outlive the host's process (`kept`) or that peer
 * kernels may find (`offered`).
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

export interface HostNames {
  find(space: NameSpace, name: string): string | undefined;
  set(space: NameSpace, name: string, value: string): void;
  delete(space: NameSpace, name: string): void;
  /** @param prefix of those names only that begin with this text, which ends in a dot */
  list(space: NameSpace, prefix?: string): IterableIterator<readonly [name: string, value: string]>;
}

export const makeHostNames = (tables: Tables): HostNames => ({
  find: (space, name) => {
    const key = keys.name(space, name);
    // A guest may ask for any name; a name that exceeds the length of a key cannot exist.
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
