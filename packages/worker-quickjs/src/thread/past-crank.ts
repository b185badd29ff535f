/**
 * A crank of the past, run again as it was: the vat is given the same delivery and told the same about its store, so
 * its heap becomes what it was then, byte for byte, and what later cranks cost is what they would have cost.
 */
import type { CompletionRecord, NumberedDelivery } from '@cooperage/types';

export interface PastCrank {
  /** The delivery, as the vat got it. */
  readonly delivery: string;
  /** What the vat was told of its store. */
  read(operation: 'vatstoreGet' | 'vatstoreGetNextKey', key: string): string | undefined;
  /** Whether the vat asked for something else than it did then. */
  readonly differs: boolean;
  /** @param record what it did now */
  isLike(record: string | undefined): boolean;
}

/** @param entry of a transcript */
export const makePastCrank = (entry: string): PastCrank => {
  const { delivery, record } = JSON.parse(entry) as {
    readonly delivery: NumberedDelivery;
    readonly record: CompletionRecord;
  };
  const { status, syscalls } = record;
  /** Index of the first syscall that was not looked at. Not each read leaves the heap. */
  let next = 0;
  let differs = false;

  return {
    delivery: JSON.stringify(delivery),
    read: (operation, key) => {
      for (; next < syscalls.length; next += 1) {
        const [syscall, answer] = syscalls[next] as CompletionRecord['syscalls'][number];
        if (syscall[0] !== operation || syscall[1] !== key) continue;
        next += 1;
        return answer ?? undefined;
      }
      differs = true;
      return undefined;
    },
    get differs() {
      return differs;
    },
    isLike: (text) => {
      if (differs || text === undefined) return false;
      const now = JSON.parse(text) as CompletionRecord;
      return JSON.stringify([now.status, now.syscalls]) === JSON.stringify([status, syscalls]);
    },
  };
};
