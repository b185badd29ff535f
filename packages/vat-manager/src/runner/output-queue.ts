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
  /**
   * Releases what is durable, in order, until it is time for something else.
   * @returns whether more of it is durable
   */
  release(isOver: () => boolean): boolean;
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
  /** Oldest first, from `next` on. */
  let waiting: { readonly group: number; readonly number: number }[] = [];
  let next = 0;
  const foreground = new Set<number>();
  const background = new Set<number>();

  const hand = (number: number): void => {
    const output = find(number);
    if (output === undefined) return;
    // Registered first: the host may settle it at once.
    foreground.add(number);
    const kind = onOutput(number, output);
    if (kind === 'background' && foreground.delete(number)) background.add(number);
  };

  return {
    add: (number, group = store.filling) => {
      waiting.push({ group, number });
    },
    release: (isOver) => {
      for (;;) {
        const first = waiting[next];
        if (first === undefined || first.group > store.durable) break;
        if (isOver()) return true;
        next += 1;
        hand(first.number);
      }
      waiting = waiting.slice(next);
      next = 0;
      return false;
    },
    settled: (number) => {
      foreground.delete(number);
      background.delete(number);
    },
    get waiting() {
      const last = waiting.at(-1);
      return last !== undefined && last.group > store.durable;
    },
    get isIdle() {
      return next === waiting.length && foreground.size === 0;
    },
    get open() {
      return waiting.length - next + foreground.size + background.size;
    },
  };
};
