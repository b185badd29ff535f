/** What the host's process answers for without a name: objects that vats send to, and promises that it settles. */
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
   * A new object of the host. It is gone at the end of the crank unless something holds it by then, as a message does
   * that names it; later an effect says when no vat can reach it.
   * @param keptAs the next process finds it by this label: it does not break
   */
  exportObject(keptAs?: string): KObject;
  /** No vat can reach it, and the host cannot send it any more: those who only recognize it are told. */
  retireObject(ko: KObject): void;
  /** A new promise that the host settles. It is kept until then. */
  exportPromise(): KPromise;
  /** Settles a promise of the host's own; without effect where another process of the host made it. */
  settlePromise(
    kp: KPromise,
    outcome: { readonly isReject: boolean; readonly data: CapData<KRef> },
  ): void;
  /**
   * The process that was the host before is gone: its objects break, but for those that are kept, its promises are rejected,
   * and so is what it was asked and did not answer.
   */
  breakHosted(): void;
}

/** The code and the maker of a rejection that an object of the host gives. */
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
