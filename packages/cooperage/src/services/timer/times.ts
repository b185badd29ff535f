/** What vats give as times, and what they are told when a wait is cancelled. */

const numberIn = (value: unknown): unknown => {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'object' || value === null) return value;
  const { absValue, relValue } = value as {
    readonly absValue?: unknown;
    readonly relValue?: unknown;
  };
  return numberIn(absValue ?? relValue);
};

/**
 * Milliseconds, as a number or a bigint, or in a record as SwingSet's timer has them.
 * @throws {RangeError}
 */
export const insistTime = (value: unknown, method: string, least = 0): number => {
  const number = numberIn(value);
  if (typeof number !== 'number' || !(number >= least) || !Number.isFinite(number)) {
    throw new RangeError(`timer.${method} takes milliseconds from ${least}`);
  }
  return number;
};

/** A name of its own would not reach the vat. */
export const timerCancelled = (): Error => new Error('TimerCancelled: the wait was cancelled');
