import type { Output } from '@cooperage/kernel';
import { type KernelStore, type Work } from '@cooperage/types';

export type OutputKind = 'foreground' | 'background';

/**
 * Hands an output to the host. `background` outputs delay nothing: their completion may take as long as it
 * likes. Where handing it over takes long it is work that is done in slices, before the next output is handed over.
 */
export type OutputHandler = (number: number, output: Output) => OutputKind | Work<OutputKind>;

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

  /** What is handed over in slices, and not yet whole. */
  let underWay: { readonly number: number; readonly work: Work<OutputKind> } | undefined;

  const handed = (number: number, kind: OutputKind): void => {
    if (kind === 'background' && foreground.delete(number)) background.add(number);
  };

  const hand = (number: number): void => {
    const output = find(number);
    if (output === undefined) return;
    // Registered first: the host may settle it at once.
    foreground.add(number);
    const kind = onOutput(number, output);
    if (typeof kind === 'string') handed(number, kind);
    else underWay = { number, work: kind };
  };

  /** @returns whether it is over before all of it is handed over */
  const goOn = (isOver: () => boolean): boolean => {
    while (underWay !== undefined) {
      const { number, work } = underWay;
      const step = work.next();
      if (step.done === true) {
        underWay = undefined;
        handed(number, step.value);
      } else if (isOver()) return true;
    }
    return false;
  };

  return {
    add: (number, group = store.filling) => {
      waiting.push({ group, number });
    },
    release: (isOver) => {
      for (;;) {
        if (goOn(isOver)) return true;
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
