/** What one crank of a vat may cost, where the vat is given less than the limits of all vats. */
import { costOfBody } from './body-cost.js';
import type { CapData } from '../data/capdata.js';
import type { CompletionRecord } from '../records/completion-record.js';
import { CooperageError } from '../errors.js';
import type { VatOptions } from '../options/vat-options.js';
import type { VatSyscallObject } from '../records/syscall.js';
import { namesIn } from '../records/vat-syscall-shape.js';
import type { Pace, Work } from '../work.js';

/** The options of a vat that bound its records. */
export type RecordBudget = Pick<
  VatOptions,
  'syscallLimit' | 'nameLimit' | 'slotLimit' | 'depthLimit' | 'digitLimit'
>;

const insistAtMost = (
  found: number,
  option: keyof RecordBudget,
  budget: RecordBudget,
  what: string,
): void => {
  const limit = budget[option];
  if (limit === undefined || found <= limit) return;
  throw new CooperageError(
    'RECORD_TOO_LARGE',
    `${found} ${what}; the vat's ${option} is ${limit}: do less in one crank, or raise the limit`,
  );
};

const capdatasOf = (syscall: VatSyscallObject): readonly CapData<string>[] => {
  switch (syscall[0]) {
    case 'send':
      return [syscall[2].methargs];
    case 'resolve':
      return syscall[1].map(([, , data]) => data);
    case 'exit':
      return [syscall[2]];
    default:
      return [];
  }
};

/**
 * Checks a record that keeps to the limits of all vats against those of its own.
 *
 * @throws {CooperageError} `RECORD_TOO_LARGE`
 */
export const insistWithinBudget = function* (
  { syscalls }: CompletionRecord,
  budget: RecordBudget,
  pace: Pace,
): Work {
  const { nameLimit, slotLimit, depthLimit, digitLimit } = budget;
  insistAtMost(syscalls.length, 'syscallLimit', budget, 'syscalls in one crank');
  if ([nameLimit, slotLimit, depthLimit, digitLimit].every((each) => each === undefined)) return;
  let names = 0;
  for (const [syscall] of syscalls) {
    names += namesIn(syscall);
    insistAtMost(names, 'nameLimit', budget, 'references named in one crank');
    let slots = 0;
    for (const data of capdatasOf(syscall)) {
      slots += data.slots.length;
      if (depthLimit === undefined && digitLimit === undefined) continue;
      const { depth, digits } = yield* costOfBody(data.body, pace, digitLimit);
      insistAtMost(depth, 'depthLimit', budget, 'levels of data in one another');
      insistAtMost(digits, 'digitLimit', budget, 'digits of a bigint');
    }
    insistAtMost(slots, 'slotLimit', budget, 'slots in one syscall');
    if (pace.spend(0.1 + slots / 20)) yield;
  }
};
