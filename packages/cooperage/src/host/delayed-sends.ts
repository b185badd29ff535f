import {
  CooperageError,
  isKPromise,
  isVatID,
  type KObject,
  type KPromise,
  type KRef,
  type VatID,
} from '@cooperage/types';
import type { Host } from '@cooperage/kernel';
import type { Runner } from '@cooperage/vat-manager';
import { type Encoded, withNames } from './codec.js';
import { type HostExports, objectGone } from './references/host-exports.js';

/** What becomes of a send to a vat for which too much waits: held back until there is room, or `QUEUE_FULL`. */
export type WhenInboxIsFull = 'wait' | 'refuse';

/** The host's messages on their way in: no faster than the vats that they are for. */
export interface DelayedSends {
  /**
   * Sends at once, or when the receiver's inbox has room; to one vat in the order of the calls.
   * @returns the promise for the answer, once the message is in the kernel
   * @throws {CooperageError} `QUEUE_FULL`, `OBJECT_GONE`
   */
  send(target: KRef, message: Encoded): KPromise | Promise<KPromise>;
  /** The vat's inbox may have become shorter, or the vat is terminated. */
  shortened(vatID: VatID): void;
}

interface Held {
  readonly target: KRef;
  readonly message: Encoded;
  /** What the kernel keeps for it meanwhile: the host may let go of it before the message is sent. */
  readonly pinned: readonly KRef[];
  readonly resolve: (kp: KPromise) => void;
  readonly reject: (reason: unknown) => void;
}

export interface DelayedSendsPowers {
  readonly runner: () => Runner;
  readonly whenFull: WhenInboxIsFull;
  readonly exports: HostExports;
}

export const makeDelayedSends = ({
  runner,
  whenFull,
  exports,
}: DelayedSendsPowers): DelayedSends => {
  const held = new Map<VatID, Held[]>();

  const receiverOf = (target: KRef): VatID | undefined => {
    const owner = runner().core.kernel.tables.objects.find(target as KObject)?.owner;
    return owner !== undefined && isVatID(owner) ? owner : undefined;
  };

  const isCrowded = (vatID: VatID): boolean => {
    const { backPressure, vats } = runner().core.kernel.tables;
    return vats.isAlive(vatID) && backPressure.isCrowded(vatID);
  };

  const insistThere = (target: KRef): void => {
    const { objects, promises } = runner().core.kernel.tables;
    const row = isKPromise(target) ? promises.find(target) : objects.find(target as KObject);
    if (row === undefined) throw objectGone(target);
  };

  const sending = (target: KRef, message: Encoded): ((host: Host) => KPromise) =>
    exports.naming((host, nameOf) => {
      insistThere(target);
      return host.send(target, withNames(message, nameOf));
    });

  const sendHeld = ({ target, message, pinned, resolve, reject }: Held): void => {
    try {
      const send = sending(target, message);
      const kp = runner().input((host) => {
        const result = send(host);
        pinned.forEach((kref) => host.unpin(kref));
        return result;
      });
      resolve(kp);
    } catch (error) {
      // Closed, or stopped for good.
      reject(error);
    }
  };

  const sendDelayed = async (vatID: VatID): Promise<void> => {
    // Not in the middle of what the kernel is doing.
    await runner().whenFree();
    const waiting = held.get(vatID) ?? [];
    try {
      while (waiting.length > 0 && !isCrowded(vatID)) sendHeld(waiting.shift() as Held);
    } catch (error) {
      // Closed meanwhile: there is nothing left to ask about the vat.
      for (const { reject } of waiting.splice(0)) reject(error);
    }
    if (waiting.length === 0) held.delete(vatID);
  };

  return {
    send: (target, message) => {
      const vatID = receiverOf(target);
      if (vatID === undefined || (!held.has(vatID) && !isCrowded(vatID))) {
        return runner().isFree
          ? runner().input(sending(target, message))
          : runner().inputSoon(sending(target, message));
      }
      if (whenFull === 'refuse') {
        const { inboxes, vats } = runner().core.kernel.tables;
        throw new CooperageError(
          'QUEUE_FULL',
          `${inboxes.length(vatID)} deliveries wait for vat "${vats.options(vatID).name}": send again when there are fewer, raise its "inboxLimit", or open the kernel with "whenInboxIsFull": "wait"`,
        );
      }
      const named = message.slots.map((slot) => exports.knownNameOf(slot));
      const pinned = [target, ...named.filter((kref) => kref !== undefined)];
      const isHeld = runner().inputSoon((host) => pinned.forEach((kref) => host.pin(kref)));
      return new Promise((resolve, reject) => {
        isHeld.catch(reject);
        const waiting = held.get(vatID);
        const one = { target, message, pinned, resolve, reject };
        if (waiting === undefined) held.set(vatID, [one]);
        else waiting.push(one);
      });
    },
    shortened: (vatID) => {
      if (!held.has(vatID)) return;
      const { backPressure, vats } = runner().core.kernel.tables;
      if (vats.isAlive(vatID) && !backPressure.hasRoom(vatID)) return;
      void sendDelayed(vatID);
    },
  };
};
