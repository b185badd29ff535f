import { keys, makeKernelTables } from '@cooperage/kernel';
import {
  type CompletionRecord,
  insistOptions,
  type KernelStore,
  type NumberedDelivery,
  type OptionTable,
  type SyscallEntry,
  type VatDeliveryObject,
  type VatID,
  wholeNumber,
} from '@cooperage/types';
import { findVat } from './find-vat.js';

/** One crank of the past. */
export interface TranscriptCrank {
  readonly n: number;
  /** The newest record that was retired when the delivery was handed out. */
  readonly acked: number;
  readonly delivery: VatDeliveryObject;
  readonly status: CompletionRecord['status'];
  readonly syscalls: readonly SyscallEntry[];
}

export interface TranscriptRange {
  /** From this delivery on; the first one unless given. */
  readonly from?: number;
  /** Up to and with this delivery; the newest one unless given. */
  readonly to?: number;
}

export interface Transcript {
  readonly vatID: VatID;
  readonly name: string;
  /** Number of the newest entry. */
  readonly newest: number;
  /** In order; read from the store as they are asked for. */
  readonly cranks: Iterable<TranscriptCrank>;
}

const RANGE = {
  from: { value: wholeNumber(0, Number.MAX_SAFE_INTEGER, 'a delivery') },
  to: { value: wholeNumber(0, Number.MAX_SAFE_INTEGER, 'a delivery') },
} as const satisfies OptionTable;

interface Entry {
  readonly delivery: NumberedDelivery;
  readonly record: CompletionRecord;
}

/** @param text an entry of a transcript, as it was written */
export const parseTranscriptEntry = (text: string): TranscriptCrank => {
  const { delivery, record } = JSON.parse(text) as Entry;
  return {
    n: delivery.n,
    acked: delivery.acked,
    delivery: delivery.delivery,
    status: record.status,
    syscalls: record.syscalls,
  };
};

/**
 * What a vat was told and what it did. Reads only; the kernel may be running.
 * @throws {CooperageError} `BAD_ARGUMENT`, `VAT_NOT_FOUND`
 */
export const readTranscript = (
  store: KernelStore,
  nameOrID: string,
  range: TranscriptRange = {},
): Transcript => {
  const { from = 1, to } = insistOptions('readTranscript', range, RANGE);
  const tables = makeKernelTables(store.tables);
  const vatID = findVat(tables, nameOrID);
  // Entries of earlier incarnations may be left.
  const first = Math.max(1, tables.counters.read(keys.first(vatID)));
  const newest = store.transcripts.newest(vatID);
  function* cranks(): Generator<TranscriptCrank> {
    for (const text of store.transcripts.read(
      vatID,
      Math.max(first, from),
      Math.min(to ?? newest, newest),
    )) {
      yield parseTranscriptEntry(text);
    }
  }
  return {
    vatID,
    name: tables.vats.options(vatID).name,
    newest,
    cranks: { [Symbol.iterator]: cranks },
  };
};
