/** A kernel is run again from its records, crank by crank: without its vats, whose records are there. */
import {
  type AmbientSource,
  type Core,
  type HostCall,
  type KernelTables,
  makeCore,
  repeatCalls,
} from '@cooperage/kernel';
import {
  CooperageError,
  type CrankTables,
  formatTranscriptEntry,
  isVatID,
  type KernelStore,
  type VatID,
} from '@cooperage/types';
import { makeSeed, sha256 } from '@cooperage/vat-manager';

export type HistoryRow = NonNullable<ReturnType<KernelTables['history']['find']>>;

export const bad = (problem: string, cause?: unknown): CooperageError =>
  new CooperageError('BAD_RECORDING', `the recording cannot be read: ${problem}`, { cause });

/** Tables that tell what each accepted crank wrote. */
const watch = (tables: CrankTables, onAccept: (writes: Map<string, string | null>) => void) => ({
  ...tables,
  acceptCrank: () => {
    onAccept(new Map(tables.crankWrites()));
    tables.acceptCrank();
  },
});

/** The record of a past crank as it was written down; undefined where it went with its vat. */
export const recordedText = (records: KernelStore, vatID: VatID, n: number): string | undefined => {
  const [entry] = records.transcripts.read(vatID, n, n);
  if (entry === undefined) return undefined;
  const { delivery } = JSON.parse(entry) as { readonly delivery: unknown };
  const before = formatTranscriptEntry(JSON.stringify(delivery), '').slice(0, -1);
  return entry.startsWith(before)
    ? entry.slice(before.length, -1)
    : JSON.stringify((JSON.parse(entry) as { readonly record: unknown }).record);
};

/** The history of a kernel that kept all of it. */
export const historyOf = (records: KernelStore): KernelTables['history'] => {
  const { tables, transcripts } = records;
  const { history } = makeCore({ tables, transcripts, order: 'recorded' }).kernel.tables;
  const newest = history.newest();
  if (newest === undefined) {
    throw new CooperageError(
      'NO_HISTORY',
      'no history was kept: open the kernel with `history: true`, or in `issue` order',
    );
  }
  if (history.oldest() !== 1 || history.find(1)?.cause[0] === 'begin') {
    throw new CooperageError('NO_HISTORY', 'the history does not begin with the kernel');
  }
  const { crank, hash } = newest;
  if (!Number.isSafeInteger(crank) || history.find(crank)?.hash !== hash) {
    throw bad('its newest crank is missing');
  }
  return history;
};

export interface Performed {
  readonly cause: HistoryRow['cause'];
  /** What the host called. */
  readonly calls: readonly HostCall[];
  /** Whose record was retired. */
  readonly retired?: { readonly vatID: VatID; readonly n: number };
  /** Rows that the crank wrote, without those of the history. */
  readonly writes: ReadonlyMap<string, string | null>;
  readonly handedOut: readonly { readonly vatID: VatID; readonly n: number }[];
}

/** A record that went with its vat, and without which the next crank cannot be run again. */
export interface Missing {
  readonly missing: { readonly vatID: VatID; readonly n: number };
}

export interface Rerun {
  readonly tables: KernelTables;
  /** Goes on from later records of the same kernel. */
  follow(records: KernelStore): void;
  /**
   * Runs the next crank.
   * @throws {CooperageError} `BAD_RECORDING` where it does not lead to the hash in its history
   */
  next(): Performed | Missing;
}

const RETIRING: ReadonlySet<string> = new Set(['retire', 'refuse', 'suspend']);

/** What the host called in a crank, and whose record was retired in it. */
const readCause = (number: number, { cause }: HistoryRow) => {
  if (cause[0] === 'input') return { calls: cause[1] };
  if (cause[0] === 'begin') return { calls: [] };
  const [tag, vatID, n] = cause;
  if (!RETIRING.has(tag)) throw bad(`crank ${number} has an unknown cause`);
  if (!isVatID(vatID) || !Number.isSafeInteger(n)) throw bad(`crank ${number} is of no delivery`);
  return { calls: [], retired: { vatID, n }, record: cause[0] === 'retire' ? cause[3] : undefined };
};

export interface RerunPowers {
  readonly records: KernelStore;
  /** Where the kernel is run again: empty. */
  readonly store: KernelStore;
  /** Records that went with their vats: what is known of them elsewhere. */
  readonly recordOf?: ((vatID: VatID, n: number) => string | undefined) | undefined;
}

export const makeRerun = ({ records: first, store, recordOf }: RerunPowers): Rerun => {
  let records = first;
  let history = historyOf(records);
  let writes = new Map<string, string | null>();
  let cameIn: NonNullable<HistoryRow['ambient']> = {};
  let number = 0;
  const ambient: AmbientSource = {
    now: () => cameIn.time ?? 0,
    entropy: () => cameIn.entropy ?? '',
    makeSeed,
  };
  const core: Core = makeCore({
    tables: watch(store.tables, (written) => {
      writes = written;
    }),
    transcripts: store.transcripts,
    order: 'recorded',
    digest: sha256,
    ambient,
  });

  return {
    tables: core.kernel.tables,
    follow: (later) => {
      records = later;
      history = historyOf(later);
    },
    next: () => {
      const entry = history.find(number + 1);
      if (entry === undefined) throw bad(`crank ${number + 1} is missing in the history`);
      const { calls, retired, record } = readCause(number + 1, entry);
      const text =
        retired &&
        (record ??
          recordedText(records, retired.vatID, retired.n) ??
          recordOf?.(retired.vatID, retired.n));
      if (retired !== undefined && text === undefined) {
        const { vatID, n } = retired;
        if (core.kernel.tables.windows.find(vatID, n) === undefined)
          throw bad(
            `crank ${number + 1} is of delivery ${n} of ${vatID}, which was not handed out`,
          );
        return { missing: retired };
      }
      number += 1;
      cameIn = entry.ambient ?? {};
      if (retired !== undefined) {
        core.arrived(retired.vatID, text);
        core.retireOf(retired.vatID);
      } else if (entry.cause[0] === 'input') core.input((host) => repeatCalls(host, calls));
      const own = core.kernel.tables.history.find(number);
      if (own?.hash !== entry.hash) {
        throw bad(`crank ${number} does not lead to the hash in its history`);
      }
      const handedOut = core
        .takeEffects()
        .flatMap((effect) =>
          effect.type === 'deliver' ? [{ vatID: effect.vatID, n: effect.n }] : [],
        );
      for (const key of writes.keys()) if (key.startsWith('history.')) writes.delete(key);
      return {
        cause: own.cause,
        calls,
        ...(retired !== undefined && { retired }),
        writes,
        handedOut,
      };
    },
  };
};
