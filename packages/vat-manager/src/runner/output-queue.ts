import type { Output } from '@cooperage/kernel';
import type { KernelStore } from '@cooperage/types';

/**
 * Hands an output to the host. `background` outputs delay nothing: their completion may take as long as it
 * likes.
 */
export type OutputHandler = (number: number, output: Output) => 'foreground' | 'background';

/** Outputs between the crank that decided them and the one that records how the host dealt with them. */
export interface OutputQueue {
  /** To be released when the group is durable: by default the one that is filling. */
  add(number: number, group?: number): void;
  /** Releases what is durable, in order. */
  release(): void;
  /** The host has dealt with it. */
  settled(number: number): void;
  /** Some wait for their group. */
  readonly waiting: boolean;
  /** None waits, and none is open that is worth waiting for. */
  readonly isIdle: boolean;
  /** Not settled. */
  readonly open: number;
}

export interface OutputQueuePowers {
  readonly store: Pick<KernelStore, 'filling' | 'durable'>;
  readonly find: (number: number) => Output | undefined;
  readonly onOutput: OutputHandler;
}

export const makeOutputQueue = ({ store, find, onOutput }: OutputQueuePowers): OutputQueue => {
  /** Oldest first. */
  let waiting: { readonly group: number; readonly number: number }[] = [];
  const foreground = new Set<number>();
  const background = new Set<number>();
  return {
    add: (number, group = store.filling) => {
      waiting.push({ group, number });
    },
    release: () => {
      const ready = waiting.filter(({ group }) => group <= store.durable);
      waiting = waiting.slice(ready.length);
      for (const { number } of ready) {
        const output = find(number);
        if (output === undefined) continue;
        // Registered first: the host may settle it at once.
        foreground.add(number);
        const kind = onOutput(number, output);
        if (kind === 'background' && foreground.delete(number)) background.add(number);
      }
    },
    settled: (number) => {
      foreground.delete(number);
      background.delete(number);
    },
    get waiting() {
      return waiting.length > 0;
    },
    get isIdle() {
      return waiting.length === 0 && foreground.size === 0;
    },
    get open() {
      return waiting.length + foreground.size + background.size;
    },
  };
};
