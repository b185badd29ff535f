/** The options of this package, as a table that can be read without loading the engine. */
import { callback, choice, type OptionTable, recordOf, text, wholeNumber } from '@cooperage/types';

/** Megabytes. The smallest that a vat can live in, and the largest that the engine can address. */
export const MEMORY = { least: 8, most: 3_072 } as const;
const MANY = 1_000_000;

export const QUICKJS_OPTIONS = {
  threads: { value: wholeNumber(1, MANY) },
  memoryLimitMB: { value: wholeNumber(MEMORY.least, MEMORY.most, 'megabytes') },
  machineSlots: { value: wholeNumber(1, MANY, 'vats') },
  unmetered: { value: choice('guarded', 'plain') },
  liveslots: {
    value: recordOf(text('the path of a script'), 'an object of scripts by the names of liveslots'),
  },
  log: { value: callback },
} as const satisfies OptionTable;
