/** What the parts of the check share. */
import type { KernelTables } from '../tables/kernel-tables.js';
import {
  type CapData,
  isKRef,
  type KRef,
  type Message,
  type NumberedDelivery,
  type ReadableTables,
  type VatID,
} from '@cooperage/types';
import type { Counted } from './references/counted.js';

export type Report = (key: string, problem: string) => void;

/** Deliveries that are on their way to one vat. */
export interface OnItsWay {
  /** By kref: the garbage actions in the inbox. */
  readonly queuedDrops: Set<KRef>;
  readonly queuedRetires: Set<KRef>;
  readonly queuedImportRetires: Set<KRef>;
  /** By delivery number: the deliveries in the window. */
  readonly out: Map<number, NumberedDelivery>;
}

export interface Check {
  readonly tables: KernelTables;
  readonly rows: ReadableTables;
  readonly counted: Counted;
  readonly report: Report;
  readonly onItsWay: Map<VatID, OnItsWay>;
}

export const countData = ({ counted }: Check, { slots }: CapData<KRef>, holder?: KRef): void => {
  for (const slot of slots) counted.retain(slot, holder);
};

export const countMessage = (
  check: Check,
  { methargs, result }: Message<KRef>,
  holder?: KRef,
): void => {
  countData(check, methargs, holder);
  if (result !== null) check.counted.retain(result, holder);
};

export const krefsWithPrefix = function* (
  rows: ReadableTables,
  prefix: 'ko' | 'kp',
): Iterable<KRef> {
  for (const key of rows.keys(prefix, `${prefix}:`)) if (isKRef(key)) yield key;
};

export const wayTo = ({ onItsWay }: Check, vatID: VatID): OnItsWay => {
  let way = onItsWay.get(vatID);
  if (way === undefined) {
    way = {
      queuedDrops: new Set(),
      queuedRetires: new Set(),
      queuedImportRetires: new Set(),
      out: new Map(),
    };
    onItsWay.set(vatID, way);
  }
  return way;
};
