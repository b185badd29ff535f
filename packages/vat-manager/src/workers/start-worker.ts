/** Starts the worker of a vat, has it replay the transcript, and handles its messages. */
import { asStop } from '@cooperage/kernel';
import type { VatID } from '@cooperage/types';
import { type CheckedSink, guardSink } from './guarded-sink.js';
import { type Imaging, newImaged } from './imaging.js';
import type { LostWorkers } from './lost-workers.js';
import type { OnlineVat, Posted, Register } from './online-vats.js';
import { readPast } from './stored-work.js';
import type { WorkerManagerOptions } from './worker-manager-contract.js';
import { makeSpecOf } from './worker-spec.js';

/** Transcript entries posted to a worker at a time. */
const REPLAY_BATCH = 500;

export interface StartWorkerPowers {
  readonly options: WorkerManagerOptions;
  readonly register: Register;
  readonly imaging: Imaging<OnlineVat>;
  readonly lostWorkers: LostWorkers;
  /** Records of the vat came. */
  readonly heard: (vatID: VatID, vat: OnlineVat) => void;
}

export const makeStartWorker = ({
  options,
  register,
  imaging,
  lostWorkers,
  heard,
}: StartWorkerPowers): ((vatID: VatID) => void) => {
  const { core, store, workers, events, images } = options;
  const { windows } = core.kernel.tables;
  const { onlineVats, toPost, busy, losses, doubted } = register;
  const { claimed, discard, lost, repeated } = lostWorkers;
  const specOf = makeSpecOf(options);

  /** @param current the vat, as long as this worker is its worker */
  const sinkOf = (vatID: VatID, current: () => OnlineVat | undefined): CheckedSink => ({
    records: (sent, times) => {
      const vat = current();
      if (vat === undefined) return;
      // One too many is refused and ends the vat; more are no better.
      const due = Math.max(0, vat.given - vat.heard) + 1;
      sent.slice(0, due).forEach((each, index) => {
        const [began, ended] = [times[2 * index], times[2 * index + 1]];
        options.ran?.(vatID, { began, ended, thread: vat.worker.thread });
        core.arrived(vatID, each);
      });
      vat.heard += sent.length;
      // The record of a new delivery shows that the replay is complete.
      vat.past.repeated = vat.past.to;
      if (!options.asTheyCome) heard(vatID, vat);
      options.changed();
    },
    replayed: (n) => {
      const vat = current();
      if (vat !== undefined) repeated(vat, n);
    },
    diverged: (divergence) => {
      const vat = current();
      if (vat !== undefined) claimed(vat, divergence);
    },
    exited: (exit) => {
      if (current() === undefined) return;
      lost(vatID, exit);
      options.changed();
    },
    console: (level, text, n) => events.console?.(vatID, level, text, n),
    image: (image) => {
      const vat = current();
      if (vat !== undefined) imaging.came(vat, image);
    },
  });

  return (vatID) => {
    const { first } = core.incarnation(vatID);
    const acked = windows.acked(vatID);
    // What it has answered and is not retired it answers again.
    core.workerLost(vatID);
    const isDoubted = doubted.has(vatID);
    const origin = isDoubted ? undefined : images.origin(vatID);
    const from = origin === undefined ? first : origin.n + 1;
    // Calls of a worker host before it has returned the worker are ignored.
    const started: { vat?: OnlineVat } = {};
    const current = (): OnlineVat | undefined =>
      onlineVats.get(vatID) === started.vat ? started.vat : undefined;
    const worker = workers.start(
      // What went wrong in company is found out alone, and does no harm to others.
      specOf(vatID, { alone: isDoubted || losses.has(vatID), origin }),
      guardSink({
        sink: sinkOf(vatID, current),
        broken: (what) => {
          const vat = current();
          if (vat !== undefined) discard(vat, what);
        },
        failed: (thrown) => options.failed(asStop(thrown, 'while a worker was heard')),
      }),
    );
    const outbox: Posted[] = windows.list(vatID);
    const vat: OnlineVat = {
      vatID,
      worker,
      outbox,
      given: windows.delivered(vatID),
      heard: acked,
      origin: origin?.n,
      past: { from, to: acked, repeated: from - 1 },
      ...newImaged(),
      retired: 0,
      leaving: false,
    };
    started.vat = vat;
    onlineVats.set(vatID, vat);
    options.mark?.('started', vatID);
    events.workerStarted?.(vatID, Math.max(0, acked + 1 - from));
    for (let next = from; next <= acked; next += REPLAY_BATCH) {
      const to = Math.min(acked, next + REPLAY_BATCH - 1);
      worker.replay(readPast(store.transcripts, vatID, next, to));
    }
    if (outbox.length > 0) {
      toPost.add(vat);
      busy.add(vatID);
    }
    // The caller posts it, or, after the loss of another worker, the runner.
    options.changed();
  };
};
