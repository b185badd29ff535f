/**
 * What the kernel may reach or recognize of this vat's objects. A heap object
 * that is reachable is held here; for virtual and durable objects the status is
 * in the vatstore, one letter for each facet, under `vom.es.<base>`: `r`eachable,
 * `s`een (recognizable only), `n`either.
 */
import type { LiveSlotsSyscall, VRef } from '@cooperage/types';
import type { KindRegistry } from '../kinds/kind-registry.js';
import type { PossiblyDead } from '../gc/possibly-dead.js';
import type { ReferenceCounts } from '../gc/reference-counts.js';
import type { SlotTable } from './slot-table.js';
import { baseOf, facetOf, formatFacet, isRemotable, isVirtualOrDurable, kindOf } from './vref.js';

export interface Exports {
  /** These are about to be sent: keeps own objects reachable until the kernel drops them. */
  retain(vrefs: readonly VRef[]): void;
  /** The kernel cannot reach this export any more. Unknown ones are ignored. */
  readonly drop: (vref: VRef) => void;
  /** The kernel cannot recognize this export any more. Unknown ones are ignored. */
  readonly retire: (vref: VRef) => void;
  /** Is any facet of this virtual or durable object reachable for the kernel? */
  isReachable(base: VRef): boolean;
  /** Forgets a virtual or durable object that is gone, and gives the vrefs by which the kernel still knows it. */
  forget(base: VRef): VRef[];
  /** Forgets a heap object that is gone. True if the kernel still recognizes it. */
  forgetRemotable(vref: VRef): boolean;
  readonly reachableRemotables: ReadonlySet<object>;
  readonly recognizableRemotables: ReadonlySet<VRef>;
}

const keyOf = (base: VRef): string => `vom.es.${base}`;

export const makeExports = (
  syscall: Pick<LiveSlotsSyscall, 'vatstoreGet' | 'vatstoreSet' | 'vatstoreDelete'>,
  slots: SlotTable,
  kinds: KindRegistry,
  counts: ReferenceCounts,
  possiblyDead: PossiblyDead,
): Exports => {
  const reachable = new Set<object>();
  const recognizable = new Set<VRef>();

  /** Writes one facet's letter; undefined where there was nothing to change. */
  const setStatus = (vref: VRef, letter: 'r' | 's' | 'n'): string | undefined => {
    const base = baseOf(vref);
    const before = syscall.vatstoreGet(keyOf(base));
    if (before === undefined && letter !== 'r') return undefined;
    // Short where an earlier incarnation had fewer facets; a kind that is not defined has those it had.
    const facets = kinds.get(kindOf(base))?.facetNames?.length ?? 1;
    const letters = [...(before ?? '').padEnd(facets, 'n')];
    letters[facetOf(vref) ?? 0] = letter;
    const after = letters.join('');
    if (after === before) return undefined;
    if (/[rs]/.test(after)) syscall.vatstoreSet(keyOf(base), after);
    else syscall.vatstoreDelete(keyOf(base));
    return after;
  };

  return {
    retain(vrefs) {
      for (const vref of vrefs) {
        if (isRemotable(vref)) {
          reachable.add(slots.heldValueOf(vref));
          recognizable.add(vref);
        } else if (isVirtualOrDurable(vref)) {
          setStatus(vref, 'r');
        }
      }
    },
    drop(vref) {
      if (isVirtualOrDurable(vref)) {
        const after = setStatus(vref, 's');
        const base = baseOf(vref);
        if (after !== undefined && !after.includes('r') && counts.stored(base) === 0) {
          possiblyDead.dead.add(base);
        }
      } else {
        const value = slots.valueOf(vref);
        if (value !== undefined) reachable.delete(value);
      }
    },
    retire(vref) {
      if (isVirtualOrDurable(vref)) setStatus(vref, 'n');
      else recognizable.delete(vref);
    },
    isReachable: (base) => syscall.vatstoreGet(keyOf(base))?.includes('r') ?? false,
    forget(base) {
      const letters = syscall.vatstoreGet(keyOf(base));
      syscall.vatstoreDelete(keyOf(base));
      if (letters === undefined) return [];
      if (kinds.get(kindOf(base))?.facetNames === undefined) return letters === 's' ? [base] : [];
      return [...letters].flatMap((letter, index) =>
        letter === 's' ? [formatFacet(base, index)] : [],
      );
    },
    forgetRemotable: (vref) => recognizable.delete(vref),
    reachableRemotables: reachable,
    recognizableRemotables: recognizable,
  };
};
