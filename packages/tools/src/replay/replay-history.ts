import {
  type AmbientInput,
  type CrankCause,
  type HistoryEntry,
  type AmbientSource,
  type Core,
  makeCore,
  repeatCalls,
} from '@cooperage/kernel';
import {
  CooperageError,
  formatTranscriptEntry,
  type KernelStore,
  messageOf,
  type VatID,
  type VatWorkerHost,
} from '@cooperage/types';
import { makeSeed, sha256 } from '@cooperage/vat-manager';
import { compareTables, compareWrites, type Difference } from './difference.js';
import { makeRecordSource, type RecordSource } from './record-source.js';
import { makeTrialStore, watchTables } from './trial-store.js';

export interface ReplayHistoryOptions {
  /** The records. Read only. */
  readonly records: KernelStore;
  /** Where the kernel is run again: empty, or in the state after an earlier crank of the same history. */
  readonly store: KernelStore;
  readonly workers: VatWorkerHost;
  /** The last crank; the newest one if left out. */
  readonly to?: number | undefined;
  readonly onProgress?: ((crank: number, last: number) => void) | undefined;
}

export interface Replayed {
  /** The first crank that was run again, and the last one. */
  readonly from: number;
  readonly to: number;
  readonly difference?: Difference;
}

/** Rows of a difference, so that it can be read. */
const MOST_ROWS = 100;
/** Cranks run again in one group. */
const GROUP = 256;

/** The record of a past crank, as it was written down; undefined where it went with its vat. */
const recordedText = (
  records: KernelStore,
  vatID: VatID,
  n: number,
  delivery: string,
): string | undefined => {
  const [entry] = records.transcripts.read(vatID, n, n);
  if (entry === undefined) return undefined;
  const before = formatTranscriptEntry(delivery, '');
  return entry.startsWith(before.slice(0, -1))
    ? entry.slice(before.length - 1, -1)
    : JSON.stringify((JSON.parse(entry) as { readonly record: unknown }).record);
};

/**
 * Runs a kernel again from its records, crank by crank, with workers of its own: what the host did is done again at
 * the same places, and the same vats' records are retired in the same order. Stops at the first crank whose
 * hash is another.
 *
 * @throws {CooperageError} `NO_HISTORY`
 */
export const replayHistory = async (options: ReplayHistoryOptions): Promise<Replayed> => {
  const { records, store, workers } = options;
  const source = makeCore({
    tables: records.tables,
    transcripts: records.transcripts,
    order: 'recorded',
  }).kernel.tables;
  const watched = watchTables(store.tables);
  /** What came into the crank that is run again. */
  let cameIn: AmbientInput = {};
  const ambient: AmbientSource = {
    now: () => cameIn.time ?? 0,
    entropy: () => cameIn.entropy ?? '',
    makeSeed,
  };
  const core: Core = makeCore({
    tables: watched.tables,
    transcripts: store.transcripts,
    order: 'recorded',
    digest: sha256,
    ambient,
  });
  const { history, vats, windows } = core.kernel.tables;
  const newest = source.history.newest()?.crank ?? 0;
  const last = Math.min(options.to ?? newest, newest);
  const from = (history.newest()?.crank ?? 0) + 1;
  insistReplayable(source.history, history.newest(), from, newest);
  const recordSource: RecordSource = makeRecordSource(core, store, workers);

  /** What the recorded record would have written: the same machine, on the same tables, with the other text. */
  const tryRecord = (vatID: VatID, text: string): ReadonlyMap<string, string | null> => {
    const trial = makeTrialStore(store);
    const tables = watchTables(trial.tables);
    const other = makeCore({
      tables: tables.tables,
      transcripts: trial.transcripts,
      order: 'recorded',
      digest: sha256,
      ambient,
    });
    other.arrived(vatID, text);
    other.retireOf(vatID);
    return tables.lastWrites();
  };

  const hashes = (entry: HistoryEntry): NonNullable<Difference['hashes']> => ({
    expected: entry.hash,
    actual: history.newest()?.hash ?? '',
  });

  const runInput = (entry: HistoryEntry, cause: CrankCause & readonly ['input', ...unknown[]]) => {
    let error: unknown;
    try {
      core.input((host) => repeatCalls(host, cause[1]));
    } catch (thrown) {
      error = thrown;
    }
    if (error === undefined && history.newest()?.hash === entry.hash) return undefined;
    return {
      crank: entry.crank,
      cause,
      what:
        error === undefined
          ? 'the calls of the host had other effects: this row of the history was changed, or another version of the kernel wrote it'
          : `a call of the host failed: ${messageOf(error)}`,
      ...(error === undefined ? { hashes: hashes(entry) } : {}),
      rows: [],
    } satisfies Difference;
  };

  const runRecord = async (
    entry: HistoryEntry,
    cause: CrankCause & readonly ['retire' | 'refuse' | 'suspend', ...unknown[]],
  ): Promise<Difference | undefined> => {
    const [, vatID, n] = cause;
    const about = {
      crank: entry.crank,
      cause,
      vat: {
        vatID,
        name: vats.isAlive(vatID) ? vats.options(vatID).name : vatID,
        n,
        delivery: windows.find(vatID, n)?.text ?? '',
      },
    };
    if (about.vat.delivery === '') {
      return { ...about, what: 'there was no such delivery', rows: [] };
    }
    const said = await recordSource.next(vatID);
    if (said.text === undefined) return { ...about, what: said.lost, rows: [] };
    // What an engine collected is an input: where it is another this time, the recorded one counts.
    const collected = cause[0] === 'retire' ? cause[3] : undefined;
    const text = collected ?? said.text;
    const recorded = collected ?? recordedText(records, vatID, n, about.vat.delivery);
    const expected =
      recorded === undefined || recorded === text ? undefined : tryRecord(vatID, recorded);
    core.arrived(vatID, text);
    const retired = core.retireOf(vatID);
    if (collected !== undefined && collected !== said.text) recordSource.replace(vatID);
    if (history.newest()?.hash === entry.hash) return undefined;
    const wasRefused = cause[0] === 'refuse';
    if (wasRefused !== (retired?.refused !== undefined)) {
      return {
        ...about,
        what: wasRefused
          ? `its record was refused (${cause[3]}), and is accepted now`
          : `its record was accepted, and is refused now: ${retired?.refused?.message ?? ''}`,
        rows: expected === undefined ? [] : compareWrites(expected, watched.lastWrites()),
      };
    }
    if (expected === undefined || recorded === undefined) {
      return {
        ...about,
        what:
          recorded === undefined
            ? 'it behaved differently; only the hash of the recorded crank is left, because the vat was deleted'
            : 'it made the same syscalls, with other effects: this row of the history was changed, or another version of the kernel wrote it',
        hashes: hashes(entry),
        rows: [],
      };
    }
    return {
      ...about,
      what: 'it behaved differently',
      records: { expected: recorded, actual: text },
      rows: compareWrites(expected, watched.lastWrites()),
    };
  };

  const runCrank = async (crank: number): Promise<Difference | undefined> => {
    const entry = source.history.find(crank);
    if (entry === undefined) {
      throw new CooperageError('NO_HISTORY', `crank ${crank} is missing in the history`);
    }
    const { cause } = entry;
    cameIn = entry.ambient ?? {};
    if (cause[0] === 'begin') throw noBeginning(crank);
    const found = cause[0] === 'input' ? runInput(entry, cause) : await runRecord(entry, cause);
    recordSource.perform();
    return found;
  };

  recordSource.resume();
  recordSource.perform();
  for (let crank = from; crank <= last; crank += 1) {
    const difference = await runCrank(crank);
    options.onProgress?.(crank, last);
    if (crank % GROUP === 0) await store.flush();
    if (difference !== undefined) {
      await store.flush();
      return { from, to: crank, difference };
    }
  }
  await store.flush();
  if (last < newest) return { from, to: last };
  const rows = compareTables(records.tables, store.tables, MOST_ROWS);
  if (rows.length === 0) return { from, to: last };
  const what = 'every crank did the same, but the tables differ from the outcome of the cranks';
  return { from, to: last, difference: { crank: last, what, rows } };
};

const noBeginning = (crank: number): CooperageError =>
  new CooperageError(
    'NO_HISTORY',
    `the history begins with crank ${crank}, not with the first crank of the kernel; start from an export of that crank or a later one`,
  );

/** @throws {CooperageError} `NO_HISTORY` */
const insistReplayable = (
  source: Core['kernel']['tables']['history'],
  start: { readonly crank: number; readonly hash: string } | undefined,
  from: number,
  newest: number,
): void => {
  const oldest = source.oldest();
  if (oldest === undefined) {
    throw new CooperageError(
      'NO_HISTORY',
      'this kernel keeps no history: run it in issue order, or with "history": true',
    );
  }
  // A crank that was trimmed is vouched for by the hash of the one after it.
  const isTrimmed = start !== undefined && start.crank < oldest;
  if (start !== undefined && !isTrimmed && source.find(start.crank)?.hash !== start.hash) {
    throw new CooperageError(
      'NO_HISTORY',
      `the kernel to start from is at crank ${start.crank}, which the history of the other kernel does not contain, or contains with another hash`,
    );
  }
  if (oldest > from && from <= newest) throw noBeginning(oldest);
};
