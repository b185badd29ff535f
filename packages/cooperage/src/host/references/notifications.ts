/** What the host hears of the kernel's promises. */
import type { Host } from '@cooperage/kernel';
import type { CapData, KObject, KPromise, KRef, Rejection, Work } from '@cooperage/types';
import type { OutputKind, Runner } from '@cooperage/vat-manager';
import type { Codec } from '../codec.js';
import { asRejection, unreadable } from '../rejections/rejections.js';
import type { HostPromises } from './host-promises.js';
import type { Presences } from './presences.js';

export interface Notifications {
  /** The host's promise for a kernel promise that data names. The host subscribes to one that it did not know. */
  promiseFor(kp: KPromise): Promise<unknown>;
  /** The kernel's news of a promise: an output, which is settled here. */
  notify(number: number, kp: KPromise): Work<OutputKind>;
}

export interface NotificationsPowers {
  readonly runner: () => Runner;
  readonly codec: Codec;
  readonly presences: Presences;
  readonly promises: HostPromises;
  readonly serviceName: (kref: KObject) => string | undefined;
  /** Host code is given the error of a rejection. */
  readonly rejected: (error: Error) => void;
}

export const makeNotifications = ({
  runner,
  codec,
  presences,
  promises,
  serviceName,
  rejected,
}: NotificationsPowers): Notifications => {
  /** The host is not subscribed to them yet. */
  let unsubscribed: KPromise[] = [];

  /** Before the data that names it is let go of, as that is an input, too. */
  const subscribeSoon = (kp: KPromise): void => {
    unsubscribed.push(kp);
    if (unsubscribed.length > 1) return;
    const subscribeAll = (): ((host: Host) => void) => {
      const all = unsubscribed;
      unsubscribed = [];
      return (host) => all.forEach((each) => host.subscribe(each));
    };
    void runner().prepareInput(subscribeAll);
  };

  /** Decodes news for the host; its references are held before the kernel lets go of the data. */
  const decodeHeld = function* (data: CapData<KRef>): Work<unknown> {
    const { value, refs } = yield* codec.decodeInSlices(data);
    presences.retainAll(refs);
    return value;
  };

  /** What a vat says in an answer can be anything: what cannot be read rejects it. */
  const open = function* (
    kp: KPromise,
    state: 'unresolved' | 'fulfilled' | 'rejected',
    data: Rejection,
  ): Work<{ readonly isReject: boolean; readonly value: unknown }> {
    let value: unknown;
    try {
      value = yield* decodeHeld(data);
    } catch (error) {
      return { isReject: true, value: unreadable(kp, data, error) };
    }
    if (state !== 'rejected') return { isReject: false, value };
    const service = data.by?.service;
    const name = service === undefined ? undefined : serviceName(service);
    return {
      isReject: true,
      value: asRejection({ kp, rejection: data, value, serviceName: name }),
    };
  };

  const notify = function* (number: number, kp: KPromise): Work<OutputKind> {
    // Unknown where a process that is gone asked for it.
    const promise = promises.find(kp);
    if (promise !== undefined && !promise.isSettled) {
      const { tables } = runner().core.kernel;
      const news = yield* open(kp, tables.promises.get(kp).state, tables.promises.getData(kp));
      if (news.isReject) {
        rejected(news.value as Error);
        promise.reject(news.value, false);
      } else promise.fulfill(news.value);
    }
    runner().settleOutput(number);
    promises.forgetIfDeleted(kp);
    return 'foreground';
  };

  return {
    promiseFor: (kp) => {
      const known = promises.find(kp);
      if (known !== undefined) return known.promise;
      subscribeSoon(kp);
      return promises.add(kp).promise;
    },
    notify,
  };
};
