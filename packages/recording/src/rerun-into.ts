import {
  CooperageError,
  type DeliveryNumber,
  isCooperageError,
  isVatID,
  type KernelStore,
  messageOf,
  type VatID,
} from '@cooperage/types';
import { bad, historyOf, makeRerun, recordedText } from './rerun.js';

/** Cranks run again in one group. */
const GROUP = 256;

/** @throws {CooperageError} `NO_HISTORY`; `BAD_ARGUMENT` where there is no such crank */
export const insistCrank = (records: KernelStore, crank: number): void => {
  const newest = historyOf(records).newest()?.crank ?? 0;
  if (crank >= 1 && crank <= newest) return;
  throw new CooperageError(
    'BAD_ARGUMENT',
    `there is no crank ${crank}: the history has cranks 1 to ${newest}`,
  );
};

/**
 * Runs a kernel again from its records, without its vats, into an empty store.
 *
 * @returns the last crank that was run: `to`, or one before it, where the next record went with its vat
 * @throws {CooperageError} `NO_HISTORY`, `BAD_RECORDING`
 */
export const rerunInto = async (
  records: KernelStore,
  store: KernelStore,
  to: number,
): Promise<number> => {
  const rerun = makeRerun({ records, store });
  let crank = 0;
  try {
    while (crank < to) {
      const performed = rerun.next();
      if ('missing' in performed) break;
      crank += 1;
      if (crank % GROUP === 0) await store.flush();
    }
  } catch (thrown) {
    if (isCooperageError(thrown)) throw thrown;
    throw bad(messageOf(thrown), thrown);
  }
  await store.flush();
  return crank;
};

/** A crank that was made by the record of a vat. */
export interface Retirement {
  readonly crank: number;
  readonly vatID: VatID;
  /** Number of the delivery in the life of the vat. */
  readonly n: DeliveryNumber;
  /** The record went with its vat, or with an incarnation of it. */
  readonly isLost: boolean;
}

/**
 * Which vat's record made each crank, without anything being run again.
 * @throws {CooperageError} `NO_HISTORY`
 */
export const retirementsOf = (records: KernelStore): Retirement[] => {
  const history = historyOf(records);
  const newest = history.newest()?.crank ?? 0;
  const found: Retirement[] = [];
  for (let crank = 1; crank <= newest; crank += 1) {
    const cause = history.find(crank)?.cause;
    if (cause === undefined || cause[0] === 'begin' || cause[0] === 'input') continue;
    const [tag, vatID, n] = cause;
    if (!isVatID(vatID)) continue;
    const isLost =
      (tag !== 'retire' || cause[3] === undefined) && recordedText(records, vatID, n) === undefined;
    found.push({ crank, vatID, n, isLost });
  }
  return found;
};
