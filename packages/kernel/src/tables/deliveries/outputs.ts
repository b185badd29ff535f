import type { KObject, KPromise, KRef, Message, Tables } from '@cooperage/types';
import type { Counters } from '../counters.js';
import { endOf, keys, numberAtEnd } from '../schema.js';

/** An effect on the host: a call of one of its services, or the resolution of a promise. */
export type Output =
  | readonly [tag: 'call', service: KObject, message: Message<KRef>]
  | readonly [tag: 'notify', promise: KPromise];

/**
 * Outputs that the host has not processed yet. They are released when they are durable, and again after a restart;
 * the host recognizes them by their numbers.
 */
export interface Outputs {
  append(output: Output): number;
  find(number: number): Output | undefined;
  delete(number: number): void;
  list(): IterableIterator<readonly [number: number, output: Output]>;
}

export const makeOutputs = (tables: Tables, counters: Counters): Outputs => {
  const prefix = 'out.';
  const find = (number: number): Output | undefined => {
    const text = tables.get(keys.output(number));
    return text === undefined ? undefined : (JSON.parse(text) as Output);
  };
  return {
    find,
    append: (output) => {
      const number = counters.next(keys.counter('output'));
      tables.set(keys.output(number), JSON.stringify(output));
      return number;
    },
    delete: (number) => tables.delete(keys.output(number)),
    *list() {
      for (const key of tables.keys(prefix, endOf(prefix))) {
        const number = numberAtEnd(key);
        yield [number, find(number) as Output];
      }
    },
  };
};
