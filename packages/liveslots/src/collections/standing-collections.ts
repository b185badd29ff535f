/** Collections that every vat has from its first day, found by a row of their own: the baggage, and those of promise watchers. */
import type { LiveSlotsSyscall, VRef } from '@cooperage/types';
import type { ReferenceCounts } from '../gc/reference-counts.js';

export type ProvideStanding = (row: string, make: () => object) => object;

/** Finds the collection whose vref is in `row`, or makes it. */
export const makeProvideStanding =
  (
    syscall: Pick<LiveSlotsSyscall, 'vatstoreGet' | 'vatstoreSet'>,
    counts: ReferenceCounts,
    vrefOf: (value: object) => VRef,
    valueOf: (vref: VRef) => object,
  ): ProvideStanding =>
  (row, make) => {
    const known = syscall.vatstoreGet(row);
    if (known !== undefined) return valueOf(known as VRef);
    const collection = make();
    const vref = vrefOf(collection);
    syscall.vatstoreSet(row, vref);
    // One more than those who name it, so that it never dies.
    counts.add(vref);
    return collection;
  };
