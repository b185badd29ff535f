/** The workers of a kernel's vats: brought up when there is something to deliver, and again when they are lost. */
import { asStop } from '@cooperage/kernel';
import { CooperageError, type VatID } from '@cooperage/types';
import { leftMemory, makeImaging } from './imaging.js';
import { makeLostWorkers } from './lost-workers.js';
import { makeRegister, type OnlineVat } from './online-vats.js';
import { makeResidency } from './residency.js';
import { makeStartWorker } from './start-worker.js';
import type { WorkerManager, WorkerManagerOptions } from './worker-manager-contract.js';

export const makeWorkerManager = (options: WorkerManagerOptions): WorkerManager => {
  const { core, images } = options;
  const { reapCounters, vats, windows } = core.kernel.tables;
  const register = makeRegister();
  const { onlineVats, toPost, busy, losses, doubted } = register;

  const unload = (vatID: VatID, vat: OnlineVat): void => {
    onlineVats.delete(vatID);
    toPost.delete(vat);
    imaging.gone(vat, leftMemory(vat));
    options.mark?.('unloaded', vatID);
    void vat.worker.stop();
  };

  const imaging = makeImaging<OnlineVat>({
    core,
    images,
    interval: options.snapshotInterval,
    findOnline: (vatID) => onlineVats.get(vatID),
    post: () => {
      post();
    },
    unload: (vat) => {
      unload(vat.vatID, vat);
    },
    changed: () => {
      admitWaiting();
    },
  });

  const lostWorkers = makeLostWorkers({
    options,
    register,
    imaging,
    unload,
    admit: (vatID) => {
      admit(vatID);
    },
    admitWaiting: () => {
      admitWaiting();
    },
  });

  const startWorker = makeStartWorker({
    options,
    register,
    imaging,
    lostWorkers,
    heard: (vatID, vat) => {
      heard(vatID, vat);
    },
  });

  /** What the store cannot give stops the kernel, whatever the vat was asked for. */
  const bringUp = (vatID: VatID): void => {
    try {
      startWorker(vatID);
    } catch (thrown) {
      options.failed(asStop(thrown, `while ${vatID} was started`));
    }
  };

  const post = (): void => {
    for (const vat of toPost) {
      const { outbox } = vat;
      vat.outbox = [];
      if (outbox.length === 0) continue;
      const texts = outbox.map(({ text }) => text);
      if (outbox.every(({ computrons }) => computrons === undefined)) vat.worker.deliver(texts);
      else
        vat.worker.deliver(
          texts,
          outbox.map(({ computrons }) => computrons),
        );
    }
    toPost.clear();
  };

  /** Whether the worker has nothing to do, though its records may have to wait for those of others. */
  const hasAnswered = ({ given, heard }: OnlineVat): boolean =>
    !options.asTheyCome && heard >= given;

  const residency = makeResidency({
    limits: options.residency,
    onlineVats: () => onlineVats.values(),
    isIdle: (vat) => windows.size(vat.vatID) === 0 || hasAnswered(vat),
    sendAway: (vat) => {
      const { vatID } = vat;
      if (!options.asTheyCome) {
        if (windows.size(vatID) === 0) imaging.rest(vat);
        else unload(vatID, vat);
        return;
      }
      // Before its eviction a vat brings out its dead: otherwise its garbage stays until its next delivery.
      if (!reapCounters.hasUnreaped(vatID)) imaging.rest(vat);
      // In the middle of a record it is not asked for now: it will be looked at again.
      else if (options.isFree())
        void options.input((host) => host.bringOutYourDead(vatID)).catch(options.failed);
    },
  });

  /** Brings the vat up if there is room, or has it wait until there is. */
  const admit = (vatID: VatID): void => {
    residency.waiting.add(vatID);
    admitWaiting();
  };

  const admitWaiting = (): void => {
    residency.makeRoom();
    for (const vatID of [...residency.waiting]) {
      if (!residency.hasRoom()) return;
      if (imaging.isAwaited(vatID)) continue;
      residency.waiting.delete(vatID);
      // A request for its heap has started it already.
      if (onlineVats.has(vatID)) continue;
      if (vats.isAlive(vatID) && !core.kernel.tables.isPaused(vatID)) bringUp(vatID);
    }
  };

  /** The vat has finished its deliveries and is evicted. If more are out, it waits for a place in memory. */
  const leave = (vatID: VatID, vat: OnlineVat): void => {
    unload(vatID, vat);
    if (windows.delivered(vatID) > vat.heard) residency.waiting.add(vatID);
    admitWaiting();
  };

  /** A place may be free now, or its own be wanted. */
  const heard = (vatID: VatID, vat: OnlineVat): void => {
    if (vat.leaving && hasAnswered(vat)) leave(vatID, vat);
    else if (residency.waiting.size > 0) admitWaiting();
  };

  const mayGo = (vatID: VatID, vat: OnlineVat): boolean =>
    windows.acked(vatID) >= vat.given || hasAnswered(vat);

  return {
    get online() {
      return onlineVats.size;
    },
    get busy() {
      return busy.size;
    },
    deliver: (vatID, n, text) => {
      if (!vats.isAlive(vatID)) return;
      busy.add(vatID);
      const vat = onlineVats.get(vatID);
      if (vat === undefined) {
        // Takes everything that is out from the tables, this delivery and those behind it included.
        admit(vatID);
        return;
      }
      vat.resting = false;
      // It is the most recently used now.
      onlineVats.delete(vatID);
      onlineVats.set(vatID, vat);
      if (vat.leaving) {
        // It was told to go when its last record had come: nothing that it was given will bring it up again.
        if (mayGo(vatID, vat)) leave(vatID, vat);
        return;
      }
      if (n <= vat.given) return;
      vat.given = n;
      vat.outbox.push(windows.find(vatID, n) ?? { text });
      toPost.add(vat);
    },
    post,
    retired: (vatID) => {
      losses.delete(vatID);
      const isAlive = vats.isAlive(vatID);
      const isDone = !isAlive || windows.size(vatID) === 0;
      if (isDone) busy.delete(vatID);
      const vat = onlineVats.get(vatID);
      if (vat === undefined) return;
      vat.retired += 1;
      if (isAlive) imaging.byPolicy(vat);
      if (vat.leaving && mayGo(vatID, vat)) leave(vatID, vat);
      if (residency.isPressed()) admitWaiting();
    },
    rest: (vatID) => {
      const vat = onlineVats.get(vatID);
      if (vat !== undefined && windows.size(vatID) === 0) imaging.rest(vat);
    },
    snapshot: (vatID) => {
      const acked = windows.acked(vatID);
      if (images.newest(vatID) === acked) return Promise.resolve();
      if (onlineVats.get(vatID) === undefined) bringUp(vatID);
      const vat = onlineVats.get(vatID);
      if (vat === undefined) {
        return Promise.reject(new CooperageError('CLOSED', `${vatID} could not be started`));
      }
      if (vat.worker.snapshot === undefined) {
        const { name, engine = 'v8' } = vats.options(vatID);
        return Promise.reject(
          new CooperageError(
            'BAD_ARGUMENT',
            `vat ${name} runs on ${engine}, which cannot copy a heap: give it "engine": "quickjs"`,
          ),
        );
      }
      return imaging.until(vat, acked);
    },
    forked: (child, parent) => {
      imaging.forked(child, parent);
    },
    dismiss: (vatID) => {
      losses.delete(vatID);
      doubted.delete(vatID);
      busy.delete(vatID);
      const vat = onlineVats.get(vatID);
      if (vat !== undefined) {
        imaging.gone(vat, `${vatID} has changed since`);
        unload(vatID, vat);
      }
      admitWaiting();
    },
    close: () => {
      for (const vat of onlineVats.values()) imaging.close(vat);
      onlineVats.clear();
      toPost.clear();
      residency.waiting.clear();
    },
    resume: () => {
      for (const vatID of vats.list()) if (windows.size(vatID) > 0) admit(vatID);
    },
    released: (vatID) => {
      if (windows.size(vatID) > 0) admit(vatID);
    },
  };
};
