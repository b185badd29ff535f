/**
 * Watches what the vats of this thread keep in memory from crank to crank. The engine does not say whose
 * an object is; but memory grows during the turns of the vat that makes it grow, and over many turns
 * what is only garbage cancels out.
 */
import { getHeapStatistics } from 'node:v8';
import type { VatIndex } from '../protocol.js';

export interface MemoryLimits {
  /** Megabytes. */
  readonly heap: number;
  /** Megabytes outside the heap, in array buffers. */
  readonly external: number;
}

export interface MemoryWatch {
  /** A turn of `vat` is over. @returns the vat that holds too much, and how much */
  endSlice(vat: VatIndex): { readonly vat: VatIndex; readonly message: string } | undefined;
  forget(vat: VatIndex): void;
}

const MEGABYTE = 2 ** 20;

export const makeMemoryWatch = (
  limits: MemoryLimits,
  collect: () => void,
  measure: () => { used_heap_size: number; external_memory: number } = getHeapStatistics,
): MemoryWatch => {
  const grown = new Map<VatIndex, number>();
  let before = 0;

  const look = (vat: VatIndex) => {
    const { used_heap_size: heap, external_memory: external } = measure();
    grown.set(vat, (grown.get(vat) ?? 0) + heap + external - before);
    before = heap + external;
    return { heap: heap / MEGABYTE, external: external / MEGABYTE };
  };
  const exceeds = ({ heap, external }: ReturnType<typeof look>): boolean =>
    heap > limits.heap || external > limits.external;

  return {
    endSlice: (vat) => {
      if (!exceeds(look(vat))) return undefined;
      // Only what survives a collection is kept; array buffers that one collection finds dead are counted
      // as freed by the next.
      collect();
      collect();
      const kept = look(vat);
      if (!exceeds(kept)) return undefined;
      const [culprit] = [...grown].sort(([, a], [, b]) => b - a)[0] ?? [vat];
      const sizes = `${Math.round(kept.heap)} MB of heap and ${Math.round(kept.external)} MB outside`;
      return { vat: culprit, message: `the vats of this thread hold ${sizes}, this one the most` };
    },
    forget: (vat) => {
      grown.delete(vat);
    },
  };
};
