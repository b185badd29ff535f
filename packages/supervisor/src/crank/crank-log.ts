/**
 * What one crank does, in the text of its completion record, put together piece by piece so that a
 * crank that does too much is cut off before it fills the memory.
 */
import { CooperageError, type DeliveryNumber, LIMITS } from '@cooperage/types';

export interface CrankLog {
  /** Syscalls so far. */
  readonly count: number;
  /** The crank did too much. */
  readonly full: boolean;
  /**
   * @param syscall JSON text
   * @param names   how many references it names
   * @param answer  for syscalls that read: the value that the vat got, null if there was none
   * @throws {CooperageError} `RECORD_TOO_LARGE`, from the first syscall too many on
   */
  add(syscall: string, names: number, answer?: string | null): void;
  /** The text of the record. A crank that did too much is an error whatever else became of it. */
  finish(error: string | undefined): string;
}

/** Room for everything in a record but its syscalls. */
const ENVELOPE = 10_000;
/** An error message that a vat had a hand in. */
const MESSAGE = 4_000;

export const makeCrankLog = (n: DeliveryNumber): CrankLog => {
  let entries: string[] = [];
  let count = 0;
  let names = 0;
  let length = ENVELOPE;
  let excess: CooperageError | undefined;

  const refuse = (detail: string): never => {
    excess ??= new CooperageError('RECORD_TOO_LARGE', detail);
    // Nothing of such a crank will be applied, so there is no reason to keep it.
    entries = [];
    throw excess;
  };

  return {
    get count() {
      return count;
    },
    get full() {
      return excess !== undefined;
    },
    add: (syscall, more, answer) => {
      if (excess !== undefined) throw excess;
      if (count >= LIMITS.syscallsPerCrank) {
        refuse(`the crank made more than ${LIMITS.syscallsPerCrank} syscalls`);
      }
      names += more;
      if (names > LIMITS.namesPerCrank) {
        refuse(`the crank named more than ${LIMITS.namesPerCrank} references`);
      }
      const entry =
        answer === undefined ? `[${syscall}]` : `[${syscall},${JSON.stringify(answer)}]`;
      length += entry.length + 1;
      if (length > LIMITS.recordLength) {
        refuse(`the record of the crank exceeds ${LIMITS.recordLength} characters`);
      }
      count += 1;
      entries.push(entry);
    },
    finish: (error) => {
      const message = excess?.message ?? error;
      const status =
        message === undefined ? '["ok"]' : JSON.stringify(['error', message.slice(0, MESSAGE)]);
      return `{"n":${n},"status":${status},"syscalls":[${entries.join(',')}],"usage":null}`;
    },
  };
};
