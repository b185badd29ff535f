import type { Host } from '@cooperage/kernel';
import { keys } from '@cooperage/kernel';
import {
  CooperageError,
  type DeliveryNumber,
  type Divergence,
  errorCapData,
  type ErrorCode,
  type KernelStore,
  LIMITS,
  type VatID,
  type VatstoreReader,
  type VatWorker,
  type VatWorkerHost,
  type VatWorkerSink,
  type WorkerExit,
} from '@cooperage/types';
import type { Core } from './core/core.js';
import { hasPendingWrites } from './core/incarnation.js';
import type { RunnerEvents } from './runner-events.js';
import { makeVatstoreReader, withPendingWrites } from './vatstore-reader.js';

/** The workers of a kernel's vats: brought up when there is something to deliver, and again when they are lost. */
export interface Crew {
  /** Collects delivery `n` for the vat's worker; {@link Crew.post} sends it. */
  deliver(vatID: VatID, n: DeliveryNumber, text: string): void;
  post(): void;
  /** A record of the vat was retired: it is making progress. */
  retired(vatID: VatID): void;
  /** The vat is no more. */
  dismiss(vatID: VatID): void;
  /** After a start: gives every vat what was handed out to it before. */
  resume(): void;
  /** Vats that have a worker. */
  readonly online: number;
  /** Vats that have deliveries at their workers. */
  readonly busy: number;
}

export interface CrewOptions {
  readonly core: Core;
  readonly store: KernelStore;
  readonly workers: VatWorkerHost;
  readonly events: Partial<RunnerEvents>;
  /** Something arrived. */
  readonly changed: () => void;
  /** The kernel cannot go on. */
  readonly failed: (error: CooperageError) => void;
  readonly input: <T>(act: (host: Host) => T) => T;
}

interface Member {
  readonly worker: VatWorker;
  /** Deliveries to post. */
  outbox: string[];
  /** The newest delivery that was posted or is in the outbox. */
  given: number;
}

/** Transcript entries posted to a worker at a time. */
const REPLAY_BATCH = 500;

const EXIT_CODES: Record<WorkerExit['kind'], ErrorCode> = {
  'time-limit': 'CRANK_TIME_LIMIT',
  'out-of-memory': 'WORKER_OUT_OF_MEMORY',
  crashed: 'WORKER_CRASHED',
  collateral: 'WORKER_CRASHED',
  'load-failed': 'WORKER_CRASHED',
  'bad-image': 'BAD_IMAGE',
};

export const makeCrew = (options: CrewOptions): Crew => {
  const { core, store, workers, events } = options;
  const { vats, windows, rows } = core.kernel.tables;
  const members = new Map<VatID, Member>();
  const toPost = new Set<Member>();
  /** Vats with deliveries out. */
  const busy = new Set<VatID>();
  /** How often in a row a vat's worker was lost without a record retired. */
  const losses = new Map<VatID, number>();

  const terminate = (vatID: VatID, code: ErrorCode, message: string): void => {
    if (!vats.isAlive(vatID)) return;
    options.input((host) => host.failVat(vatID, errorCapData(message), `${code}: ${message}`));
  };

  const lost = (vatID: VatID, exit: WorkerExit): void => {
    members.delete(vatID);
    core.workerLost(vatID);
    events.workerLost?.(vatID, exit.message);
    if (exit.kind === 'time-limit' || exit.kind === 'out-of-memory') {
      terminate(vatID, EXIT_CODES[exit.kind], exit.message);
      return;
    }
    if (exit.kind !== 'collateral') {
      const count = (losses.get(vatID) ?? 0) + 1;
      losses.set(vatID, count);
      if (count >= LIMITS.deliveryAttempts) {
        terminate(
          vatID,
          EXIT_CODES[exit.kind],
          `its worker was lost ${count} times at the same delivery: ${exit.message}`,
        );
        return;
      }
    }
    if (windows.size(vatID) > 0) bringUp(vatID);
  };

  const diverged = (vatID: VatID, { n, index, expected, actual }: Divergence): void => {
    options.failed(
      new CooperageError(
        'REPLAY_DIVERGED',
        `${vatID} (${vats.options(vatID).name}) did not repeat delivery ${n}: syscall ${index} was ${
          expected ?? 'not made'
        } and is now ${actual ?? 'not made'}`,
      ),
    );
  };

  const bringUp = (vatID: VatID): void => {
    const { options: vatOptions, first, pendingWrites } = core.incarnation(vatID);
    const { name, bundleID, ownThread, crankTimeLimit, liveslots } = vatOptions;
    const acked = windows.acked(vatID);
    const current = (): boolean => members.get(vatID) === member;
    const sink: VatWorkerSink = {
      records: (texts) => {
        if (!current()) return;
        for (const text of texts) core.arrived(vatID, text);
        options.changed();
      },
      replayed: () => undefined,
      diverged: (divergence) => {
        if (current()) diverged(vatID, divergence);
      },
      exited: (exit) => {
        if (!current()) return;
        lost(vatID, exit);
        options.changed();
      },
      console: (level, text) => events.console?.(vatID, level, text),
    };
    const vatstore: VatstoreReader = withPendingWrites(
      makeVatstoreReader(rows, keys.vatstore(vatID, '')),
      pendingWrites,
      () => hasPendingWrites(core.kernel.tables, vatID),
    );
    const worker = workers.start(
      {
        vatID,
        name,
        bundleID,
        loadBundle: () => store.bundles.get(bundleID),
        vatstore,
        ownThread,
        crankTimeLimit,
        liveslots,
      },
      sink,
    );
    const outbox = windows.list(vatID).map(({ text }) => text);
    const member: Member = { worker, outbox, given: windows.delivered(vatID) };
    members.set(vatID, member);
    events.workerStarted?.(vatID, Math.max(0, acked + 1 - first));
    for (let from = first; from <= acked; from += REPLAY_BATCH) {
      const to = Math.min(acked, from + REPLAY_BATCH - 1);
      worker.replay([...store.transcripts.read(vatID, from, to)]);
    }
    if (outbox.length > 0) {
      toPost.add(member);
      busy.add(vatID);
    }
    // Posted by whoever called, or when the loss of another worker led here.
    options.changed();
  };

  return {
    get online() {
      return members.size;
    },
    get busy() {
      return busy.size;
    },
    deliver: (vatID, n, text) => {
      if (!vats.isAlive(vatID)) return;
      busy.add(vatID);
      const member = members.get(vatID);
      if (member === undefined) {
        // Takes everything that is out from the tables, this delivery and those behind it included.
        bringUp(vatID);
        return;
      }
      if (n <= member.given) return;
      member.given = n;
      member.outbox.push(text);
      toPost.add(member);
    },
    post: () => {
      for (const member of toPost) {
        const texts = member.outbox;
        member.outbox = [];
        if (texts.length > 0) member.worker.deliver(texts);
      }
      toPost.clear();
    },
    retired: (vatID) => {
      losses.delete(vatID);
      if (!vats.isAlive(vatID) || windows.size(vatID) === 0) busy.delete(vatID);
    },
    dismiss: (vatID) => {
      const member = members.get(vatID);
      members.delete(vatID);
      losses.delete(vatID);
      busy.delete(vatID);
      if (member === undefined) return;
      toPost.delete(member);
      void member.worker.stop();
    },
    resume: () => {
      for (const vatID of vats.list()) if (windows.size(vatID) > 0) bringUp(vatID);
    },
  };
};
