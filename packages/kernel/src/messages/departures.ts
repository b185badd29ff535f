import type { KPromise, VatID } from '@cooperage/types';
import type { WaitingMessage } from '../tables/references/promises.js';

/** A message that may leave the promise on which it waits. */
export interface Departure {
  readonly promise: KPromise;
  readonly message: WaitingMessage;
  /**
   * The vat in whose inbox the message gets its place. The message stays on the promise until it is delivered. Undefined:
   * the message leaves the promise for what the promise was resolved to. `nowhere`: it stays, and no vat with pipelining
   * will decide the promise any more.
   */
  readonly placeIn: VatID | 'nowhere' | undefined;
}

interface Queue extends Departure {
  readonly rest: Iterator<WaitingMessage>;
}

/**
 * The merged queues of all promises whose messages may leave: the message that began to wait first goes first. So the
 * messages of one sender to several promises keep their order when one settlement releases them all.
 */
export interface Departures {
  /** @param waiting in the order in which they began to wait; each is read when it is the first that is left */
  add(promise: KPromise, waiting: Iterable<WaitingMessage>, placeIn?: VatID | 'nowhere'): void;
  /** Removes and returns the next message. */
  take(): Departure | undefined;
  readonly isEmpty: boolean;
  clear(): void;
}

/** Messages without a number, stored by an earlier version, come first, in the order of their promises. */
const stampOf = ({ message }: Departure): number => message.stamp ?? 0;

/** A binary heap of queues, by their first messages. */
export const makeDepartures = (): Departures => {
  let heap: Queue[] = [];

  const at = (i: number): Queue => heap[i] as Queue;
  const isBefore = (a: number, b: number): boolean => stampOf(at(a)) < stampOf(at(b));
  const swap = (a: number, b: number): void => {
    const held = at(a);
    heap[a] = at(b);
    heap[b] = held;
  };

  const rise = (from: number): void => {
    for (let i = from; i > 0;) {
      const parent = (i - 1) >> 1;
      if (!isBefore(i, parent)) return;
      swap(i, parent);
      i = parent;
    }
  };

  const sink = (): void => {
    for (let i = 0; ;) {
      let least = i;
      for (const child of [2 * i + 1, 2 * i + 2]) {
        if (child < heap.length && isBefore(child, least)) least = child;
      }
      if (least === i) return;
      swap(i, least);
      i = least;
    }
  };

  return {
    add: (promise, waiting, placeIn) => {
      const rest = waiting[Symbol.iterator]();
      const first = rest.next();
      if (first.done === true) return;
      heap.push({ promise, message: first.value, placeIn, rest });
      rise(heap.length - 1);
    },
    take: () => {
      const queue = heap[0];
      if (queue === undefined) return undefined;
      const following = queue.rest.next();
      if (following.done === true) {
        const last = heap.pop() as Queue;
        if (heap.length > 0) heap[0] = last;
      } else heap[0] = { ...queue, message: following.value };
      sink();
      return queue;
    },
    get isEmpty() {
      return heap.length === 0;
    },
    clear: () => {
      heap = [];
    },
  };
};
