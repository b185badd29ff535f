import type { KPromise } from '@cooperage/types';

/** The host's promise for one kernel promise. */
export interface HostPromise {
  /** Frozen: marshalling passes on only what is. Its rejection counts as handled, as it may be inside of unread data. */
  readonly promise: Promise<unknown>;
  readonly isSettled: boolean;
  fulfill(value: unknown): void;
  reject(reason: unknown): void;
}

/**
 * One host promise for each kernel promise, as long as the kernel knows it. So a kernel promise is read once however
 * often it is named, and promises that lead back to themselves are the same circles here.
 */
export interface HostPromises {
  find(kp: KPromise): HostPromise | undefined;
  /** @param kp one that is not here yet */
  add(kp: KPromise): HostPromise;
  /** The kernel may have deleted `kp`, which then is never named again. */
  forgetIfDeleted(kp: KPromise): void;
}

const makeHostPromise = (): HostPromise => {
  let isSettled = false;
  let resolve: (value: unknown) => void;
  let reject: (reason: unknown) => void;
  const promise = new Promise<unknown>((...both) => ([resolve, reject] = both));
  promise.catch(() => undefined);
  return {
    promise: Object.freeze(promise),
    get isSettled() {
      return isSettled;
    },
    fulfill: (value) => {
      isSettled = true;
      resolve(value);
    },
    reject: (reason) => {
      isSettled = true;
      reject(reason);
    },
  };
};

/** Promises beyond twice those that were left last time, before it is looked for deleted ones again. */
const SLACK = 100;

/** @param isKnown whether the kernel still has the promise */
export const makeHostPromises = (isKnown: (kp: KPromise) => boolean): HostPromises => {
  const all = new Map<KPromise, HostPromise>();
  let sweepAt = SLACK;

  /** Most are forgotten when the host is told of them; the rest was held by something else then. */
  const sweep = (): void => {
    for (const [kp, { isSettled }] of all) if (isSettled && !isKnown(kp)) all.delete(kp);
    sweepAt = 2 * all.size + SLACK;
  };

  return {
    find: (kp) => all.get(kp),
    add: (kp) => {
      if (all.size >= sweepAt) sweep();
      const made = makeHostPromise();
      all.set(kp, made);
      return made;
    },
    forgetIfDeleted: (kp) => {
      if (!isKnown(kp)) all.delete(kp);
    },
  };
};
