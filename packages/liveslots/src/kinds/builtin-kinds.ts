/**
 * The kinds that every vat has: kind handles, and eight kinds of collections.
 * Their numbers are given out once in the life of a vat and kept in the
 * vatstore, so that a liveslots that knows more kinds can be added later.
 */
import type { LiveSlotsSyscall } from '@cooperage/types';
import type { IdCounters } from '../refs/id-counters.js';

/** In the order in which their numbers are given out. */
export const STORE_KINDS = [
  'scalarMapStore',
  'scalarWeakMapStore',
  'scalarSetStore',
  'scalarWeakSetStore',
  'scalarDurableMapStore',
  'scalarDurableWeakMapStore',
  'scalarDurableSetStore',
  'scalarDurableWeakSetStore',
] as const;

export type StoreKindName = (typeof STORE_KINDS)[number];

export interface BuiltinKinds {
  readonly kindHandles: string;
  readonly stores: Readonly<Record<StoreKindName, string>>;
}

/** Loads the numbers, or gives them out. */
export const loadBuiltinKinds = (
  syscall: Pick<LiveSlotsSyscall, 'vatstoreGet' | 'vatstoreSet'>,
  ids: IdCounters,
): BuiltinKinds => {
  let kindHandles = syscall.vatstoreGet('kindIDID');
  if (kindHandles === undefined) {
    kindHandles = `${ids.next('exportID')}`;
    syscall.vatstoreSet('kindIDID', kindHandles);
  }

  const before = syscall.vatstoreGet('storeKindIDTable');
  const table = (before === undefined ? {} : JSON.parse(before)) as Record<string, number>;
  for (const name of STORE_KINDS) table[name] ??= ids.next('exportID');
  const after = JSON.stringify(table);
  if (after !== before) syscall.vatstoreSet('storeKindIDTable', after);

  const stores = Object.fromEntries(STORE_KINDS.map((name) => [name, `${table[name]}`]));
  return { kindHandles, stores: stores as Record<StoreKindName, string> };
};
