import {
  type CapData,
  CooperageError,
  isVatID,
  type KObject,
  type KPromise,
  type KRef,
  type VatID,
} from '@cooperage/types';
import type { Runner } from '@cooperage/vat-manager';

/** What becomes of a send to a vat for which too much waits: held back until there is room, or `QUEUE_FULL`. */
export type WhenInboxIsFull = 'wait' | 'refuse';

/** The host's messages on their way in: no faster than the vats that they are for. */
export interface HeldSends {
  /**
   * Sends at once, or when the receiver's inbox has room; to one vat in the order of the calls.
   * @returns the promise for the answer, once the message is in the kernel
   * @throws {CooperageError} `QUEUE_FULL`
   */
  send(target: KObject, methargs: CapData<KRef>): KPromise | Promise<KPromise>;
  /** The vat's inbox may have become shorter, or the vat is no more. */
  shortened(vatID: VatID): void;
}

interface Held {
  readonly target: KObject;
  readonly methargs: CapData<KRef>;
  readonly resolve: (kp: KPromise) => void;
  readonly reject: (reason: unknown) => void;
}

export const makeHeldSends = (runner: () => Runner, whenFull: WhenInboxIsFull): HeldSends => {
  const held = new Map<VatID, Held[]>();

  const receiverOf = (target: KObject): VatID | undefined => {
    const owner = runner().core.kernel.tables.objects.find(target)?.owner;
    return owner !== undefined && isVatID(owner) ? owner : undefined;
  };

  const isCrowded = (vatID: VatID): boolean => {
    const { backPressure, vats } = runner().core.kernel.tables;
    return vats.isAlive(vatID) && backPressure.isCrowded(vatID);
  };

  /** The host may let go of what a message names before the message is sent. */
  const hold = (target: KObject, { slots }: CapData<KRef>): Promise<void> =>
    runner().inputSoon((host) => [target, ...slots].forEach((kref) => host.pin(kref)));

  const sendHeld = ({ target, methargs, resolve, reject }: Held): void => {
    try {
      const kp = runner().input((host) => {
        const result = host.send(target, methargs);
        [target, ...methargs.slots].forEach((kref) => host.unpin(kref));
        return result;
      });
      resolve(kp);
    } catch (error) {
      // Closed, or stopped for good.
      reject(error);
    }
  };

  const letGo = async (vatID: VatID): Promise<void> => {
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
    send: (target, methargs) => {
      const vatID = receiverOf(target);
      if (vatID === undefined || (!held.has(vatID) && !isCrowded(vatID))) {
        return runner().isFree
          ? runner().input((host) => host.send(target, methargs))
          : runner().inputSoon((host) => host.send(target, methargs));
      }
      if (whenFull === 'refuse') {
        const { inboxes, vats } = runner().core.kernel.tables;
        throw new CooperageError(
          'QUEUE_FULL',
          `${inboxes.length(vatID)} deliveries wait for vat "${vats.options(vatID).name}": send again when there are fewer, raise its "inboxLimit", or open the kernel with "whenInboxIsFull": "wait"`,
        );
      }
      const isHeld = hold(target, methargs);
      return new Promise((resolve, reject) => {
        isHeld.catch(reject);
        const waiting = held.get(vatID);
        const one = { target, methargs, resolve, reject };
        if (waiting === undefined) held.set(vatID, [one]);
        else waiting.push(one);
      });
    },
    shortened: (vatID) => {
      if (!held.has(vatID)) return;
      const { backPressure, vats } = runner().core.kernel.tables;
      if (vats.isAlive(vatID) && !backPressure.hasRoom(vatID)) return;
      void letGo(vatID);
    },
  };
};
