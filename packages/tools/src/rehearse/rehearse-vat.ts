import { keys, type KernelTables, makeKernelTables } from '@cooperage/kernel';
import {
  type BundleID,
  type CompletionRecord,
  type DeliveryNumber,
  type Divergence,
  type KernelStore,
  messageOf,
  type NumberedDelivery,
  parseCompletionRecord,
  type VatDeliveryObject,
  type VatID,
  type VatWorkerHost,
  type VatWorkerSink,
  type VatWorkerSpec,
  workerVatOptions,
} from '@cooperage/types';
import { makeVatstoreReader } from '@cooperage/vat-manager';
import { findVat, staticNames } from '../inspect/find-vat.js';

export interface RehearseOptions {
  /** The kernel of the records. Read only; it may be running. */
  readonly records: KernelStore;
  /** A vat by its name or its id. */
  readonly vat: string;
  readonly bundleID: BundleID;
  /** The new code, as JSON text. */
  readonly bundle: string;
  readonly workers: VatWorkerHost;
}

/** The first crank in which the new code does something else. */
export interface RehearsedDifference {
  /** The vat's own number of the delivery. */
  readonly n: number;
  readonly delivery: VatDeliveryObject;
  /** Which of its syscalls, from 0. */
  readonly index: number;
  /** As JSON; absent where there was none, or is none now. */
  readonly expected?: string;
  readonly actual?: string;
}

/** What an upgrade to the new code would come to, on the durable data that the vat has now. */
export type RehearsedUpgrade =
  | { readonly starts: true }
  | {
      readonly starts: false;
      readonly reason: string;
      /** Durable kinds of the vat's data that the new code does not define. */
      readonly missingKinds: readonly string[];
    };

export interface Rehearsal {
  readonly vatID: VatID;
  readonly name: string;
  /** What the vat runs, and what was tried. */
  readonly bundleIDs: { readonly present: BundleID; readonly tried: BundleID };
  /** Deliveries since the vat started or was last upgraded. */
  readonly deliveries: { readonly from: number; readonly to: number };
  /** `same`: each delivery led to the same syscalls. `failed`: the new code could not be run, for the `reason`. */
  readonly outcome: 'same' | 'differs' | 'failed';
  readonly difference?: RehearsedDifference;
  readonly reason?: string;
  readonly upgrade: RehearsedUpgrade;
}

type Heard =
  | { readonly kind: 'replayed'; readonly n: number }
  | { readonly kind: 'diverged'; readonly divergence: Divergence }
  | { readonly kind: 'record'; readonly text: string }
  | { readonly kind: 'exited'; readonly message: string };

/** What a worker says, one after the other. */
const makeEar = (): { readonly sink: VatWorkerSink; readonly next: () => Promise<Heard> } => {
  const heard: Heard[] = [];
  let wake: () => void = () => undefined;
  const hear = (each: Heard): void => {
    heard.push(each);
    wake();
  };
  return {
    sink: {
      records: (texts) => texts.forEach((text) => hear({ kind: 'record', text })),
      replayed: (n) => hear({ kind: 'replayed', n }),
      diverged: (divergence) => hear({ kind: 'diverged', divergence }),
      exited: ({ message }) => hear({ kind: 'exited', message }),
      console: () => undefined,
    },
    next: async () => {
      for (;;) {
        const first = heard.shift();
        if (first !== undefined) return first;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
};

/** Transcript entries that a worker has before it at a time. */
const BATCH = 500;

const specOf = (
  tables: KernelTables,
  vatID: VatID,
  { bundleID, bundle }: RehearseOptions,
): VatWorkerSpec => {
  const options = tables.vats.options(vatID);
  return {
    ...workerVatOptions(options),
    ...{ name: options.name, bundleID },
    vatID: options.ancestor ?? vatID,
    loadBundle: () => bundle,
    vatstore: makeVatstoreReader(tables.rows, keys.vatstore(vatID, '')),
    // What goes wrong here does no harm to another vat.
    ownThread: true,
  };
};

type Repeated = Pick<Rehearsal, 'outcome' | 'difference' | 'reason'>;

const differenceOf = (records: KernelStore, vatID: VatID, divergence: Divergence): Repeated => {
  const { n, index, expected, actual } = divergence;
  const [entry = ''] = records.transcripts.read(vatID, n, n);
  const { delivery } = JSON.parse(entry) as { readonly delivery: NumberedDelivery };
  return {
    outcome: 'differs',
    difference: {
      ...{ n, index, delivery: delivery.delivery },
      ...(expected !== undefined && { expected }),
      ...(actual !== undefined && { actual }),
    },
  };
};

const repeat = async (
  options: RehearseOptions,
  spec: VatWorkerSpec,
  vatID: VatID,
  { from, to }: Rehearsal['deliveries'],
): Promise<Repeated> => {
  const { records, workers } = options;
  const { sink, next } = makeEar();
  const worker = workers.start(spec, sink);
  try {
    for (let first = from; first <= to; first += BATCH) {
      const last = Math.min(to, first + BATCH - 1);
      const entries = [...records.transcripts.read(vatID, first, last)];
      if (entries.length !== last - first + 1) {
        return {
          outcome: 'failed',
          reason: `the transcript has ${entries.length} of its deliveries ${first} to ${last}`,
        };
      }
      worker.replay(entries);
      const heard = await next();
      if (heard.kind === 'diverged') return differenceOf(records, vatID, heard.divergence);
      if (heard.kind === 'exited') return { outcome: 'failed', reason: heard.message };
    }
    return { outcome: 'same' };
  } finally {
    await worker.stop();
  }
};

/** As liveslots says it. */
const MISSING_KINDS = /defineDurableKind not called for tags: \[([^\]]*)\]/;

const failedStart = (reason: string): RehearsedUpgrade => {
  const [, tags = ''] = MISSING_KINDS.exec(reason) ?? [];
  return {
    starts: false,
    reason,
    missingKinds: tags.split(',').flatMap((tag) => (tag.trim() === '' ? [] : [tag.trim()])),
  };
};

const statusReason = ({ status, syscalls }: CompletionRecord): string | undefined => {
  if (status[0] !== 'ok') return String(status[1]);
  const exit = syscalls.find(([syscall]) => syscall[0] === 'exit');
  return exit === undefined ? undefined : 'the new code exits in startVat';
};

/** Starts the new code on the data that the vat has, as an upgrade does, and throws away what it does. */
const startAnew = async (
  { records, workers }: RehearseOptions,
  spec: VatWorkerSpec,
  vatID: VatID,
  { from, to }: Rehearsal['deliveries'],
): Promise<RehearsedUpgrade> => {
  const [entry] = records.transcripts.read(vatID, from, from);
  const start = (JSON.parse(entry ?? '{}') as { readonly delivery?: NumberedDelivery }).delivery;
  if (start?.delivery[0] !== 'startVat') {
    return failedStart('its transcript does not begin with its start');
  }
  const { sink, next } = makeEar();
  const worker = workers.start(spec, sink);
  try {
    const n = (to + 1) as DeliveryNumber;
    worker.deliver([JSON.stringify({ ...start, n, acked: to })]);
    const heard = await next();
    if (heard.kind === 'exited') return failedStart(heard.message);
    if (heard.kind !== 'record') return failedStart('it does not start');
    const reason = statusReason(parseCompletionRecord(heard.text));
    return reason === undefined ? { starts: true } : failedStart(reason);
  } catch (error) {
    return failedStart(messageOf(error));
  } finally {
    await worker.stop();
  }
};

/**
 * Runs the recorded deliveries of a vat on other code, and then tries how an upgrade to it would start. Nothing of it
 * reaches the kernel.
 *
 * @throws {CooperageError} `VAT_NOT_FOUND`
 */
export const rehearseVat = async (options: RehearseOptions): Promise<Rehearsal> => {
  const { records, bundleID } = options;
  const tables = makeKernelTables(records.tables);
  const vatID = findVat(tables, options.vat);
  const spec = specOf(tables, vatID, options);
  const deliveries = {
    from: Math.max(1, tables.counters.read(keys.first(vatID))),
    to: tables.windows.acked(vatID),
  };
  const repeated = await repeat(options, spec, vatID, deliveries);
  return {
    vatID,
    name: staticNames(tables).get(vatID) ?? spec.name,
    bundleIDs: { present: tables.vats.options(vatID).bundleID, tried: bundleID },
    deliveries,
    ...repeated,
    upgrade: await startAnew(options, spec, vatID, deliveries),
  };
};
