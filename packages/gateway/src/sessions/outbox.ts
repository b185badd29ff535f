/** What a client was sent, or is to be sent, and has not dealt with yet. */
import type { CapData, KRef } from '@cooperage/types';

export interface Waiting {
  readonly number: number;
  readonly kind: 'call' | 'settle';
  readonly kref: KRef;
  readonly data: CapData<KRef>;
  readonly code: string | null;
}

export interface Outbox {
  readonly size: number;
  /** In the order of their numbers. */
  all(): readonly Waiting[];
  find(number: number): Waiting | undefined;
  add(waiting: Waiting): void;
  remove(number: number): void;
  clear(): void;
  /** If it fails, what it removed waits again. */
  orRestore<T>(act: () => T): T;
}

export const makeOutbox = (): Outbox => {
  const waiting = new Map<number, Waiting>();
  let removed: Waiting[] = [];
  return {
    get size() {
      return waiting.size;
    },
    all: () => [...waiting.values()],
    find: (number) => waiting.get(number),
    add: (each) => void waiting.set(each.number, each),
    remove: (number) => {
      const found = waiting.get(number);
      if (found === undefined) return;
      removed.push(found);
      waiting.delete(number);
    },
    clear: () => waiting.clear(),
    orRestore: (act) => {
      removed = [];
      try {
        return act();
      } catch (thrown) {
        const all = [...waiting.values(), ...removed].sort((a, b) => a.number - b.number);
        waiting.clear();
        for (const each of all) waiting.set(each.number, each);
        throw thrown;
      }
    },
  };
};
