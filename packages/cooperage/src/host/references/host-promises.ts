import '../shims.js';
import type { KPromise } from '@cooperage/types';
import { HandledPromise } from '@endo/eventual-send';
import { type EventualTarget, handlerFor } from './eventual-target.js';

/** The host's promise for one kernel promise. */
export interface HostPromise {
  /** The kernel's promise: undefined until the message whose answer it is has entered the kernel. */
  readonly kp: KPromise | undefined;
  /** A handled promise: what is sent to it with `E()` goes to the kernel at once. */
  readonly promise: Promise<unknown>;
  /** Resolves when the promise is settled, either way. */
  readonly whenSettled: Promise<void>;
  readonly isSettled: boolean;
  fulfill(value: unknown): void;
  /** @param isHandled the rejection counts as handled */
  reject(reason: unknown, isHandled: boolean): void;
  /** A promise that is resolved to this one, as `E()` makes it. */
  follow(returned: Promise<unknown>): void;
}

/**
 * One host promise for each kernel promise, as long as the kernel knows it. So a kernel promise is read once however
 * often it is named, and promises that lead back to themselves are the same cycles here.
 */
export interface HostPromises {
  find(kp: KPromise): HostPromise | undefined;
  /** @param kp one that is not here yet */
  add(kp: KPromise): HostPromise;
  /** The promise for the answer to a message that is on its way into the kernel. */
  addComing(kp: KPromise | Promise<KPromise>): HostPromise;
  /** Which kernel promise a promise of the host stands for, or will stand for. */
  standsFor(promise: object): HostPromise | undefined;
  /** The kernel may have deleted `kp`, which then is never named again. */
  forgetIfDeleted(kp: KPromise): void;
  /** Rejects all that are not settled. */
  abandon(reason: unknown, isHandled: boolean): void;
}

export interface HostPromisesPowers {
  /** Whether the kernel still has the promise. */
  readonly isKnown: (kp: KPromise) => boolean;
  /** Sends to a promise that is not settled. */
  readonly send: EventualTarget['send'];
}

/** Promises beyond twice those that were left last time, before it is looked for deleted ones again. */
const SLACK = 100;

const ignore = (): void => undefined;

export const makeHostPromises = ({ isKnown, send }: HostPromisesPowers): HostPromises => {
  const all = new Map<KPromise, HostPromise>();
  /** Those that are not settled, whether or not their message is in the kernel. */
  const open = new Set<HostPromise>();
  const byPromise = new WeakMap<object, HostPromise>();
  let sweepAt = SLACK;

  /** Most are forgotten when the host is told of them; the rest was held by something else then. */
  const sweep = (): void => {
    for (const [kp, { isSettled }] of all) if (isSettled && !isKnown(kp)) all.delete(kp);
    sweepAt = 2 * all.size + SLACK;
  };

  const make = (coming: KPromise | Promise<KPromise>): HostPromise => {
    let kp = typeof coming === 'string' ? coming : undefined;
    let isSettled = false;
    let resolve!: (value: unknown) => void;
    let refuse!: (reason: unknown) => void;
    let announce!: () => void;
    const whenSettled = new Promise<void>((done) => {
      announce = done;
    });
    /** Made by `E()`: their rejection is this one's. */
    let returned: Promise<unknown>[] = [];
    const settle = (how: () => void): void => {
      if (isSettled) return;
      isSettled = true;
      open.delete(made);
      how();
      returned = [];
      announce();
    };
    const target = { kref: () => kp ?? (coming as Promise<KPromise>), send };
    const promise = new HandledPromise<unknown>((fulfill, reject) => {
      resolve = fulfill;
      refuse = reject;
    }, handlerFor(target));
    const made: HostPromise = {
      get kp() {
        return kp;
      },
      promise,
      whenSettled,
      get isSettled() {
        return isSettled;
      },
      fulfill: (value) => settle(() => resolve(value)),
      reject: (reason, isHandled) =>
        settle(() => {
          if (isHandled) for (const each of [promise, ...returned]) each.catch(ignore);
          refuse(reason);
        }),
      follow: (each) => {
        byPromise.set(each, made);
        returned.push(each);
      },
    };
    open.add(made);
    byPromise.set(promise, made);
    const enter = (named: KPromise): void => {
      kp = named;
      if (all.size >= sweepAt) sweep();
      all.set(named, made);
    };
    if (typeof coming === 'string') enter(coming);
    else coming.then(enter, ignore);
    return made;
  };

  return {
    find: (kp) => all.get(kp),
    standsFor: (promise) => byPromise.get(promise),
    addComing: make,
    add: (kp) => {
      const made = make(kp);
      // It may be inside of data that no host code reads.
      made.promise.catch(ignore);
      return made;
    },
    forgetIfDeleted: (kp) => {
      if (!isKnown(kp)) all.delete(kp);
    },
    abandon: (reason, isHandled) => {
      for (const each of [...open]) each.reject(reason, isHandled);
    },
  };
};
