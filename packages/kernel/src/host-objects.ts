/**
 * Objects and promises of the host's process that have no name: vats send to the objects, and the process settles the
 * promises.
 */
import {
  type CapData,
  type KObject,
  type KPromise,
  type KRef,
  type Message,
  rejectionBy,
} from '@cooperage/types';
import type { Messages } from './messages/messages.js';
import { HOST_RESTARTED } from './messages/routing.js';
import type { KernelTables } from './tables/kernel-tables.js';

export interface HostObjects {
  /**
   * Makes an object of the host. It is deleted at the end of the crank unless something references it by then, such
   * as a message; a later effect reports that no vat can reach it.
   * @param keptAs a label by which the next process finds it: then it does not break
   */
  exportObject(keptAs?: string): KObject;
  /**
   * Retires an object that no vat can reach: the host will not pass it again, and the vats that recognize it are
   * told.
   */
  retireObject(ko: KObject): void;
  /** Makes a promise that the host settles. It is kept until then. */
  exportPromise(): KPromise;
  /** Settles a promise of this process; has no effect on a promise of an earlier process. */
  settlePromise(
    kp: KPromise,
    outcome: { readonly isReject: boolean; readonly data: CapData<KRef> },
  ): void;
  /**
   * The former process of the host has ended: its objects break, except those that are kept; its promises and the
   * calls that it did not answer are rejected.
   */
  breakHosted(): void;
}

/** The code and the origin of a rejection by an object of the host. */
export const rejectionOfHost = (
  { hosted }: KernelTables,
  object: KObject,
  data: CapData<KRef>,
): CapData<KRef> =>
  hosted.has(object)
    ? rejectionBy({ code: 'HOST_REJECTED' }, data)
    : rejectionBy({ code: 'SERVICE_FAILED', service: object }, data);

export const makeHostObjects = (tables: KernelTables, messages: Messages): HostObjects => {
  const { hosted, objects, outputs, promises, references } = tables;

  const orphan = (ko: KObject, owner: 'none' | 'none:host'): void => {
    const row = objects.find(ko);
    hosted.delete(ko);
    if (row === undefined) return;
    objects.put(ko, { ...row, owner });
    references.recheck(ko);
  };

  const end = (kp: KPromise, settle: () => void): void => {
    hosted.delete(kp);
    settle();
    references.release(kp);
  };

  const breaks = (kref: KRef): boolean => hosted.has(kref) && hosted.keptAs(kref) === undefined;

  const breakCall = (number: number, target: KObject, message: Message<KRef>): void => {
    outputs.delete(number);
    const result = message.result as KPromise | null;
    if (result !== null && promises.get(result).state === 'unresolved') {
      messages.reject(result, HOST_RESTARTED);
    }
    references.release(target);
    references.releaseMessage(message);
  };

  return {
    exportObject: (keptAs) => {
      const ko = objects.add('host');
      hosted.add(ko, keptAs);
      references.recheck(ko);
      return ko;
    },
    retireObject: (ko) => {
      if (hosted.has(ko)) orphan(ko, 'none');
    },
    exportPromise: () => {
      const kp = promises.add('host');
      hosted.add(kp);
      references.retain(kp);
      return kp;
    },
    settlePromise: (kp, { isReject, data }) => {
      if (!hosted.has(kp)) return;
      end(kp, () => {
        if (isReject) messages.reject(kp, rejectionBy({ code: 'HOST_REJECTED' }, data));
        else messages.fulfill(kp, data);
      });
    },
    breakHosted: () => {
      for (const [number, output] of [...outputs.list()]) {
        if (output[0] === 'call' && breaks(output[1])) breakCall(number, output[1], output[2]);
      }
      for (const kref of hosted.list()) {
        if (!breaks(kref)) continue;
        if (kref.startsWith('ko')) orphan(kref as KObject, 'none:host');
        else end(kref as KPromise, () => messages.reject(kref as KPromise, HOST_RESTARTED));
      }
    },
  };
};
