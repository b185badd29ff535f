/** When images of workers' heaps are asked for, and what waits for them. */
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
  readonly heirs: Heir[];
}

interface SnapshotWaiter {
  /** The newest crank that must be in it. */
  readonly n: number;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

interface Heir {
  readonly vatID: VatID;
  /** The newest crank that it shares with the vat. */
  readonly n: number;
}

export interface ImagingPowers<Member extends Imaged> {
  readonly core: Core;
  readonly images: HeapImages;
  /** Deliveries after which a heap is copied. */
  readonly interval: number;
  /** The vat's worker. */
  readonly memberOf: (vatID: VatID) => Member | undefined;
  /** Deliveries that wait to be posted go out. */
  readonly post: () => void;
  readonly unload: (member: Member) => void;
  /** A place may be free, or a vat that waited for an image may start. */
  readonly changed: () => void;
}

export interface Imaging<Member extends Imaged> {
  /** A record of the vat was retired. */
  byPolicy(member: Member): void;
  /** The worker's answer; undefined where its heap could not be copied. */
  came(member: Member, image: HeapImage | undefined): void;
  /** Takes an idle vat out of memory: an image of its heap first, where there can be one. */
  rest(member: Member): void;
  /** Resolves when crank `n` is in an image. */
  until(member: Member, n: number): Promise<void>;
  /** The worker is gone: no image of it can come any more, except one that has come. */
  gone(member: Member, why: string): void;
  /** The kernel is closed: requests for images are not answered any more. */
  close(member: Member): void;
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
  heirs: [],
});

export const makeImaging = <Member extends Imaged>(
  powers: ImagingPowers<Member>,
): Imaging<Member> => {
  const { core, images, interval, memberOf, post, unload, changed } = powers;
  const { holds, vats, windows } = core.kernel.tables;
  const awaited = new Set<VatID>();

  const ask = (member: Member): void => {
    if (member.imaging || member.worker.snapshot === undefined) return;
    member.imaging = true;
    // It is of the heap after all that was given: the deliveries that wait to be posted go first.
    post();
    member.worker.snapshot();
  };

  const releaseHeirs = ({ vatID: parent, heirs }: Member): void => {
    for (const { vatID, n } of heirs.splice(0)) {
      awaited.delete(vatID);
      images.inherit(vatID, parent, n);
    }
  };

  const end = (member: Member): void => {
    member.imaging = false;
    member.writing = false;
    releaseHeirs(member);
  };

  const giveUp = ({ waiting }: Member, why: string): void => {
    for (const { reject } of waiting.splice(0)) reject(new CooperageError('WORKER_CRASHED', why));
  };

  const leaveIfResting = (member: Member): void => {
    if (member.resting && windows.size(member.vatID) === 0) unload(member);
  };

  /** What was waited for may be there. */
  const settle = (member: Member): void => {
    const newest = images.newest(member.vatID);
    for (const waiter of member.waiting.splice(0)) {
      if (waiter.n <= newest) waiter.resolve();
      else member.waiting.push(waiter);
    }
    if (memberOf(member.vatID) !== member) giveUp(member, leftMemory(member));
    else if (member.waiting.length > 0) ask(member);
    else leaveIfResting(member);
    changed();
  };

  /** An image is written when all of the cranks in it are retired, and nothing may take them back. */
  const keep = (member: Member): void => {
    const { image, vatID } = member;
    if (image === undefined || windows.acked(vatID) < image.n) return;
    if (holds.find(vatID) !== undefined) {
      releaseHeirs(member);
      return;
    }
    member.image = undefined;
    member.writing = true;
    images.keep(vatID, image).then(
      () => {
        end(member);
        settle(member);
      },
      (error: unknown) => {
        end(member);
        member.resting = false;
        giveUp(member, `the heap image of ${vatID} could not be written: ${messageOf(error)}`);
        changed();
      },
    );
  };

  /** One that has done what it was asked: an image of it is what its first fork is going to start from. */
  const isReadyZygote = (vatID: VatID): boolean =>
    windows.size(vatID) === 0 && vats.options(vatID).zygote === true;

  return {
    byPolicy: (member) => {
      const { vatID, worker, origin = 0 } = member;
      if (worker.snapshot === undefined) return;
      if (member.image !== undefined) keep(member);
      const since = windows.acked(vatID) - Math.max(images.newest(vatID), origin);
      if (since >= interval || (since > 0 && isReadyZygote(vatID))) ask(member);
    },
    came: (member, image) => {
      // An image that was not asked for would be written all the same.
      if (!member.imaging) return;
      // An image of another crank than was asked for would be waited for without end.
      if (image !== undefined && image.n <= member.given) {
        member.image = image;
        keep(member);
        return;
      }
      end(member);
      giveUp(member, `the heap of ${member.vatID} could not be copied`);
      leaveIfResting(member);
      changed();
    },
    rest: (member) => {
      const { vatID, worker } = member;
      member.resting = true;
      const isOnDisk = images.newest(vatID) === windows.acked(vatID);
      if (worker.snapshot === undefined || (isOnDisk && !member.imaging)) unload(member);
      else ask(member);
    },
    until: (member, n) =>
      new Promise((resolve, reject) => {
        member.waiting.push({ n, resolve, reject });
        ask(member);
      }),
    gone: (member, why) => {
      if (member.writing) return;
      releaseHeirs(member);
      giveUp(member, why);
    },
    close: (member) => {
      member.heirs.splice(0);
      giveUp(member, 'the kernel was closed');
    },
    forked: (child, parent) => {
      const member = memberOf(parent);
      const n = windows.acked(child);
      if (member?.imaging !== true || images.newest(child) === n) return;
      awaited.add(child);
      member.heirs.push({ vatID: child, n });
    },
    isAwaited: (vatID) => awaited.has(vatID),
  };
};
