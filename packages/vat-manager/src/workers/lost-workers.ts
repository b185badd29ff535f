/** What becomes of a vat whose worker is lost, or says what the vat does not repeat. */
import { asStop, type Host } from '@cooperage/kernel';
import {
  type Divergence,
  errorCapData,
  type ErrorCode,
  LIMITS,
  type VatID,
  type WorkerExit,
} from '@cooperage/types';
import { findPausedVat } from './paused-vats.js';
import type { Imaging } from './imaging.js';
import type { OnlineVat, Register } from './online-vats.js';
import { insistReadable } from './stored-work.js';
import type { WorkerManagerOptions } from './worker-manager-contract.js';

const EXIT_CODES: Record<WorkerExit['kind'], ErrorCode> = {
  'time-limit': 'CRANK_TIME_LIMIT',
  'out-of-memory': 'WORKER_OUT_OF_MEMORY',
  crashed: 'WORKER_CRASHED',
  collateral: 'WORKER_CRASHED',
  'load-failed': 'WORKER_CRASHED',
  'bad-image': 'BAD_IMAGE',
};

export interface LostWorkersPowers {
  readonly options: WorkerManagerOptions;
  readonly register: Register;
  readonly imaging: Imaging<OnlineVat>;
  readonly unload: (vatID: VatID, vat: OnlineVat) => void;
  /** Brings the vat up if there is room, or has it wait until there is. */
  readonly admit: (vatID: VatID) => void;
  readonly admitWaiting: () => void;
}

export interface LostWorkers {
  readonly lost: (vatID: VatID, exit: WorkerExit) => void;
  /** The worker is of no use any more, by its own fault. */
  readonly discard: (vat: OnlineVat, message: string) => void;
  /** A worker says that its vat does not repeat its history. */
  readonly claimed: (vat: OnlineVat, divergence: Divergence) => void;
  /** A worker says that its vat has repeated its history up to delivery `n`. */
  readonly repeated: (vat: OnlineVat, n: number) => void;
}

export const makeLostWorkers = ({
  options,
  register,
  imaging,
  unload,
  admit,
  admitWaiting,
}: LostWorkersPowers): LostWorkers => {
  const { core, store, events, images } = options;
  const { quarantines, vats, windows } = core.kernel.tables;
  const { onlineVats, busy, losses, doubted } = register;

  const terminate = (vatID: VatID, code: ErrorCode, message: string): void => {
    const failVat = (host: Host): void => {
      if (!vats.isAlive(vatID)) return;
      host.failVat(vatID, errorCapData(message), `${code}: ${message}`, code);
    };
    // No caller waits for this.
    options.input(failVat).catch((thrown: unknown) => {
      options.failed(asStop(thrown, 'while a vat was ended'));
    });
  };

  /** @returns false where the vat ends, or the kernel stops */
  const mayTryAgain = (vatID: VatID, exit: WorkerExit, vat: OnlineVat | undefined): boolean => {
    try {
      // What no worker can read is not the fault of this one.
      insistReadable(vatID, windows.list(vatID), store.transcripts, vat?.past);
    } catch (thrown) {
      options.failed(thrown);
      return false;
    }
    const count = (losses.get(vatID) ?? 0) + 1;
    losses.set(vatID, count);
    if (count < LIMITS.deliveryAttempts) return true;
    terminate(
      vatID,
      EXIT_CODES[exit.kind],
      `its worker was lost ${count} times at the same delivery: ${exit.message}`,
    );
    return false;
  };

  const lost = (vatID: VatID, exit: WorkerExit): void => {
    const vat = onlineVats.get(vatID);
    onlineVats.delete(vatID);
    if (vat !== undefined) imaging.gone(vat, `the worker of ${vatID} has ended: ${exit.message}`);
    if (exit.kind === 'bad-image' && vat?.origin !== undefined) {
      // Not the vat's fault: there is an older one, or the whole transcript.
      core.workerLost(vatID);
      events.imageRefused?.(vatID, vat.origin, exit.message);
      images.discard(vatID, vat.origin);
      admit(vatID);
      return;
    }
    core.workerLost(vatID);
    options.mark?.('lost', vatID);
    events.workerLost?.(vatID, exit.message);
    if (exit.kind === 'time-limit' || exit.kind === 'out-of-memory') {
      terminate(vatID, EXIT_CODES[exit.kind], exit.message);
      return;
    }
    if (exit.kind !== 'collateral' && windows.size(vatID) > 0 && !mayTryAgain(vatID, exit, vat)) {
      return;
    }
    if (windows.size(vatID) > 0) admit(vatID);
    else admitWaiting();
  };

  const diverged = (vatID: VatID, divergence: Divergence): void => {
    busy.delete(vatID);
    const quarantine = (host: Host): void => {
      if (vats.isAlive(vatID) && !quarantines.has(vatID)) host.quarantine(vatID, divergence);
    };
    options
      .input(quarantine)
      .then(() => {
        // An upgrade that waited for it may have begun.
        const paused = findPausedVat(core.kernel.tables, vatID);
        if (paused !== undefined) events.vatQuarantined?.(paused, divergence);
        admitWaiting();
        options.changed();
      })
      .catch(options.failed);
  };

  const discard = (vat: OnlineVat, message: string): void => {
    void vat.worker.stop();
    lost(vat.vatID, { kind: 'crashed', message });
    options.changed();
  };

  const claimed = (vat: OnlineVat, divergence: Divergence): void => {
    const { vatID, past, origin } = vat;
    const { n } = divergence;
    if (n <= past.repeated || n > past.to) {
      discard(vat, `it reported a divergence of delivery ${n}, which it was not replaying`);
      return;
    }
    imaging.gone(vat, `${vatID} diverged from its transcript`);
    unload(vatID, vat);
    core.workerLost(vatID);
    if (doubted.has(vatID)) {
      doubted.delete(vatID);
      diverged(vatID, divergence);
      return;
    }
    doubted.set(vatID, origin);
    events.workerLost?.(
      vatID,
      `it reported that the replay of delivery ${n} diverged; another worker replays it`,
    );
    admit(vatID);
    options.changed();
  };

  /** All of its past is repeated: what another worker said of it is not so, or was the fault of an image. */
  const repeated = (vat: OnlineVat, n: number): void => {
    const { vatID, past } = vat;
    if (n > past.to) {
      discard(vat, `it reported the replay of delivery ${n}, which it was not replaying`);
      return;
    }
    past.repeated = Math.max(past.repeated, n);
    if (n < past.to || !doubted.has(vatID)) return;
    const origin = doubted.get(vatID);
    doubted.delete(vatID);
    if (origin === undefined) return;
    events.imageRefused?.(vatID, origin, 'the vat started from it diverged from the transcript');
    images.discard(vatID, origin);
  };

  return { lost, discard, claimed, repeated };
};
