/** The options of this package, as a table. */
import { callback, type OptionTable, recordOf, text, wholeNumber } from '@cooperage/types';

const MANY = 1_000_000;
/** Megabytes. Below this a thread cannot even start. */
const LEAST_HEAP = 16;

export const THREAD_OPTIONS = {
  threads: { value: wholeNumber(1, MANY) },
  heapLimitMB: { value: wholeNumber(LEAST_HEAP, MANY, 'megabytes') },
  externalLimitMB: { value: wholeNumber(1, MANY, 'megabytes') },
  liveslots: {
    value: recordOf(text('the path of a module'), 'an object of modules by the names of liveslots'),
  },
  log: { value: callback },
} as const satisfies OptionTable;
