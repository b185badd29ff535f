/** When heap images are requested from workers, and what waits for them. */
import {
  CooperageError,
  type DeliveryNumber,
  type HeapImage,
  messageOf,
  type VatID,
  type VatWorker,
} from '@cooperage/types';
import type { Core } from '@cooperage/kernel';
import type { HeapImages } from './heap-images.js';

/** A worker, as far as images of its heap go. */
export interface Imaged {
  readonly vatID: VatID;
  readonly worker: VatWorker;
  /** What its heap was made from. */
  readonly origin: DeliveryNumber | undefined;
  /** The newest delivery that was posted or is to be. */
  given: number;
  /** An image of its heap was asked for and is not there. */
  imaging: boolean;
  /** An image whose newest crank is not retired. */
  image: HeapImage | undefined;
  /** An image is on its way to the store, whatever becomes of the worker. */
  writing: boolean;
  /** It goes as soon as its heap is on disk. */
  resting: boolean;
  /** Who waits for an image. */
  readonly waiting: SnapshotWaiter[];
  /** Forks that were made while an image was being made: they start from it. */
  readonly pendingForks: PendingFork[];
}

interface SnapshotWaiter {
  /** The newest crank that must be in it. */
  readonly n: number;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

interface PendingFork {
  readonly vatID: VatID;
  /** The newest crank that it shares with the vat. */
  readonly n: number;
}

export interface ImagingPowers<OnlineVat extends Imaged> {
  readonly core: Core;
  readonly images: HeapImages;
  /** Deliveries after which a heap is copied. */
  readonly interval: number;
  /** The vat's worker. */
  readonly findOnline: (vatID: VatID) => OnlineVat | undefined;
  /** Deliveries that wait to be posted go out. */
  readonly post: () => void;
  readonly unload: (vat: OnlineVat) => void;
  /** A place may be free, or a vat that waited for an image may start. */
  readonly changed: () => void;
}

export interface Imaging<OnlineVat extends Imaged> {
  /** A record of the vat was retired. */
  byPolicy(vat: OnlineVat): void;
  /** The worker's answer; undefined where its heap could not be copied. */
  came(vat: OnlineVat, image: HeapImage | undefined): void;
  /** Takes an idle vat out of memory: an image of its heap first, where there can be one. */
  rest(vat: OnlineVat): void;
  /** Resolves when crank `n` is in an image. */
  until(vat: OnlineVat, n: number): Promise<void>;
  /** The worker is gone: no image of it can come any more, except one that has come. */
  gone(vat: OnlineVat, why: string): void;
  /** The kernel is closed: requests for images are not answered any more. */
  close(vat: OnlineVat): void;
  forked(child: VatID, parent: VatID): void;
  /** The vat, which is a fork, is to start from an image that is being made. */
  isAwaited(vatID: VatID): boolean;
}

export const leftMemory = ({ vatID }: Imaged): string =>
  `${vatID} left memory before its heap was copied`;

export const newImaged = () => ({
  imaging: false,
  image: undefined,
  writing: false,
  resting: false,
  waiting: [],
  pendingForks: [],
});

export const makeImaging = <OnlineVat extends Imaged>(
  powers: ImagingPowers<OnlineVat>,
): Imaging<OnlineVat> => {
  const { core, images, interval, findOnline, post, unload, changed } = powers;
  const { upgradesInProgress, vats, windows } = core.kernel.tables;
  const awaited = new Set<VatID>();

  const ask = (vat: OnlineVat): void => {
    if (vat.imaging || vat.worker.snapshot === undefined) return;
    vat.imaging = true;
    // It is of the heap after all that was given: the deliveries that wait to be posted go first.
    post();
    vat.worker.snapshot();
  };

  const releasePendingForks = ({ vatID: parent, pendingForks }: OnlineVat): void => {
    for (const { vatID, n } of pendingForks.splice(0)) {
      awaited.delete(vatID);
      images.inherit(vatID, parent, n);
    }
  };

  const end = (vat: OnlineVat): void => {
    vat.imaging = false;
    vat.writing = false;
    releasePendingForks(vat);
  };

  const giveUp = ({ waiting }: OnlineVat, why: string): void => {
    for (const { reject } of waiting.splice(0)) reject(new CooperageError('WORKER_CRASHED', why));
  };

  const leaveIfResting = (vat: OnlineVat): void => {
    if (vat.resting && windows.size(vat.vatID) === 0) unload(vat);
  };

  /** What was waited for may be there. */
  const settle = (vat: OnlineVat): void => {
    const newest = images.newest(vat.vatID);
    for (const waiter of vat.waiting.splice(0)) {
      if (waiter.n <= newest) waiter.resolve();
      else vat.waiting.push(waiter);
    }
    if (findOnline(vat.vatID) !== vat) giveUp(vat, leftMemory(vat));
    else if (vat.waiting.length > 0) ask(vat);
    else leaveIfResting(vat);
    changed();
  };

  /** An image is written when all of the cranks in it are retired, and nothing may take them back. */
  const keep = (vat: OnlineVat): void => {
    const { image, vatID } = vat;
    if (image === undefined || windows.acked(vatID) < image.n) return;
    if (upgradesInProgress.find(vatID) !== undefined) {
      releasePendingForks(vat);
      return;
    }
    vat.image = undefined;
    vat.writing = true;
    images.keep(vatID, image).then(
      () => {
        end(vat);
        settle(vat);
      },
      (error: unknown) => {
        end(vat);
        vat.resting = false;
        giveUp(vat, `the heap image of ${vatID} could not be written: ${messageOf(error)}`);
        changed();
      },
    );
  };

  /** One that has done what it was asked: an image of it is what its first fork is going to start from. */
  const isReadyZygote = (vatID: VatID): boolean =>
    windows.size(vatID) === 0 && vats.options(vatID).zygote === true;

  return {
    byPolicy: (vat) => {
      const { vatID, worker, origin = 0 } = vat;
      if (worker.snapshot === undefined) return;
      if (vat.image !== undefined) keep(vat);
      const since = windows.acked(vatID) - Math.max(images.newest(vatID), origin);
      if (since >= interval || (since > 0 && isReadyZygote(vatID))) ask(vat);
    },
    came: (vat, image) => {
      // An image that was not asked for would be written all the same.
      if (!vat.imaging) return;
      // An image of another crank than was asked for would be waited for without end.
      if (image !== undefined && image.n <= vat.given) {
        vat.image = image;
        keep(vat);
        return;
      }
      end(vat);
      giveUp(vat, `the heap of ${vat.vatID} could not be copied`);
      leaveIfResting(vat);
      changed();
    },
    rest: (vat) => {
      const { vatID, worker } = vat;
      vat.resting = true;
      const isOnDisk = images.newest(vatID) === windows.acked(vatID);
      if (worker.snapshot === undefined || (isOnDisk && !vat.imaging)) unload(vat);
      else ask(vat);
    },
    until: (vat, n) =>
      new Promise((resolve, reject) => {
        vat.waiting.push({ n, resolve, reject });
        ask(vat);
      }),
    gone: (vat, why) => {
      if (vat.writing) return;
      releasePendingForks(vat);
      giveUp(vat, why);
    },
    close: (vat) => {
      vat.pendingForks.splice(0);
      giveUp(vat, 'the kernel was closed');
    },
    forked: (child, parent) => {
      const vat = findOnline(parent);
      const n = windows.acked(child);
      if (vat?.imaging !== true || images.newest(child) === n) return;
      awaited.add(child);
      vat.pendingForks.push({ vatID: child, n });
    },
    isAwaited: (vatID) => awaited.has(vatID),
  };
};
