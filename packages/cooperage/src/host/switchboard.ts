import {
  CooperageError,
  isCooperageError,
  isVatID,
  type KObject,
  type KPromise,
  type KRef,
  ROOT_VREF,
  type VatID,
} from '@cooperage/types';
import type { Host } from '@cooperage/kernel';
import type { OutputHandler, Runner } from '@cooperage/vat-manager';
import { type Codec, makeCodec } from './codec.js';
import { insistMessage } from '../host-calls.js';
import type { EndOfKernel } from './end-of-kernel.js';
import { makeDelayedSends, type WhenInboxIsFull } from './delayed-sends.js';
import { type KeptOutputs, makeKeptOutputs } from './kept-outputs.js';
import { makeObjectCalls } from './references/object-calls.js';
import { type HostExports, makeHostExports } from './references/host-exports.js';
import { type HostPromise, makeHostPromises } from './references/host-promises.js';
import { makeNotifications } from './references/notifications.js';
import { makePresences, type Presences } from './references/presences.js';
import type { Service } from './service.js';

/** What the process of a test wants of its end of the kernel. */
export interface PlayedEnd {
  /**
   * Where the kernel was killed: resolves when it is open again, and what the process says meanwhile waits for that.
   * Undefined while there is one.
   */
  whenUp?(): Promise<void> | undefined;
  /** Told of each answer that code of the process has asked for. */
  awaits?(answer: Promise<unknown>): void;
}

/**
 * Where the host's calls go in and the kernel's outputs come out: answers to
 * the promises that host code waits for, and calls to the host's objects.
 */
export interface Switchboard {
  readonly codec: Codec;
  readonly presences: Presences;
  readonly exports: HostExports;
  readonly kept: KeptOutputs;
  /** Give this to the runner. */
  readonly onOutput: OutputHandler;
  /** The runner, once it is there. */
  connect(runner: Runner): void;
  runner(): Runner;
  addService(kref: KObject, name: string, service: Service, given: object): void;
  /** The vat's inbox may have become shorter, or the vat is terminated. */
  shortened(vatID: VatID): void;
  /** A host promise for a kernel promise to which the host is subscribed. */
  answerOf(kp: KPromise): Promise<unknown>;
}

/**
 * `manual`: waiting for an answer does not set the kernel in motion; `whenInboxIsFull`: what becomes
 * of a send to a vat for which too much waits; `end`: tells what host code may not wait for; `collects`: the kernel is
 * told what the host's engine has collected
 */
export interface SwitchboardOptions {
  readonly manual: boolean;
  readonly whenInboxIsFull: WhenInboxIsFull;
  readonly end: EndOfKernel;
  readonly collects: boolean;
  /** Host code is given the error of a rejection. */
  readonly rejected: (error: Error) => void;
  /** For tests of vats. */
  readonly played?: PlayedEnd | undefined;
}

/** The engine's own `then`, which never calls back at once. */
// eslint-disable-next-line @typescript-eslint/unbound-method -- it is given a promise each time
const followNatively = Promise.prototype.then as (
  this: Promise<unknown>,
  settled: (value: unknown) => void,
  rejected: (reason: unknown) => void,
) => unknown;

/** What was thrown is passed on as it is. */
const rejected = async (reason: unknown): Promise<never> => {
  throw reason;
};

/** Nothing of it matters once the kernel is closed: with it all that the host held of it is gone. */
const unlessClosed = (act: () => void): void => {
  try {
    act();
  } catch (error) {
    if (!isCooperageError(error)) throw error;
  }
};

const isRootOf = ({ core }: Runner, kref: KObject): boolean => {
  const { cLists, objects } = core.kernel.tables;
  const owner = objects.find(kref)?.owner;
  return isVatID(owner) && cLists.toVat(owner, kref) === ROOT_VREF;
};

export const makeSwitchboard = ({
  manual,
  whenInboxIsFull,
  end,
  collects,
  rejected: tellRejected,
  played,
}: SwitchboardOptions): Switchboard => {
  let connected: Runner | undefined;

  const runner = (): Runner => {
    if (connected === undefined) throw new CooperageError('CLOSED', 'the kernel is not open yet');
    return connected;
  };

  const fail = (promise: HostPromise, reason: unknown): void =>
    promise.reject(reason, end.isKnown(reason));

  const move = (promise: HostPromise): void => {
    const { whenSettled } = promise;
    played?.awaits?.(whenSettled);
    const moving = manual ? runner().orFailure(whenSettled) : runner().runWhile(whenSettled);
    moving.catch((reason: unknown) => fail(promise, reason));
  };

  /** A promise that was never to enter the kernel. */
  const failed = (reason: unknown, returned?: Promise<unknown>): Promise<never> => {
    const promise = rejected(reason);
    if (end.isKnown(reason)) for (const each of [promise, returned]) each?.catch(() => undefined);
    return promise;
  };

  const send = (
    target: KRef | Promise<KRef>,
    method: string | undefined,
    args: readonly unknown[],
    returned?: Promise<unknown>,
  ): Promise<unknown> => {
    try {
      if (method !== undefined) insistMessage(method, args);
      const message = codec.encodeMessage(method, args);
      const up = played?.whenUp?.();
      const named = up === undefined ? target : up.then(() => target);
      const coming =
        typeof named === 'string'
          ? sends.send(named, message)
          : named.then((kref) => sends.send(kref, message));
      const promise = promises.addComing(coming);
      if (returned !== undefined) promise.follow(returned);
      if (typeof coming !== 'string') coming.catch((reason: unknown) => fail(promise, reason));
      move(promise);
      return promise.promise;
    } catch (thrown) {
      return failed(thrown, returned);
    }
  };

  const presences = makePresences({
    send,
    retain: (krefs) => {
      void runner().inputSoon((host) => krefs.forEach((kref) => host.pin(kref)));
    },
    release: (kref) => unlessClosed(() => void runner().inputSoon((host) => host.unpin(kref))),
    isRoot: (kref) => isRootOf(runner(), kref),
    collects,
  });

  const promises = makeHostPromises({
    isKnown: (kp) => runner().core.kernel.tables.promises.find(kp) !== undefined,
    send,
  });

  /** Settles a promise of the host's own when it is settled. */
  const follow = (kp: KPromise, promise: Promise<unknown>): void => {
    const settle = (isReject: boolean, value: unknown): void => {
      exports.settled(kp);
      // Written down when its turn comes: thousands may settle at once.
      const settleIn = (): ((host: Host) => void) => {
        const outcome = calls.outcomeOf(isReject, value, 'what the promise was settled with');
        return (host) => host.settlePromise(kp, outcome(host));
      };
      unlessClosed(() => void runner().prepareInput(settleIn));
    };
    // A promise may have a `then` of its own, which calls back at once, and a `constructor` that throws.
    queueMicrotask(() => {
      try {
        followNatively.call(
          promise,
          (value) => settle(false, value),
          (reason) => settle(true, reason),
        );
      } catch (thrown) {
        settle(true, thrown);
      }
    });
  };

  const exports = makeHostExports({ runner, presences, promises, follow, collects });

  const sends = makeDelayedSends({ runner, whenFull: whenInboxIsFull, exports });

  const codec = makeCodec({
    presences,
    findOwn: (kref) => exports.find(kref),
    promiseFor: (kp) => notifications.promiseFor(kp),
  });

  const kept = makeKeptOutputs(() => runner().core.kernel.tables);

  const calls = makeObjectCalls({
    runner,
    codec,
    exports,
    presences,
    isOfKernel: (value) => promises.standsFor(value)?.kp !== undefined,
    unlessClosed,
  });

  const notifications = makeNotifications({
    runner,
    codec,
    presences,
    promises,
    serviceName: (kref) => calls.serviceName(kref),
    rejected: tellRejected,
  });

  return {
    codec,
    presences,
    exports,
    kept,
    answerOf: (kp) => (promises.find(kp) ?? promises.add(kp)).promise,
    runner,
    shortened: (vatID) => sends.shortened(vatID),
    connect: (made) => {
      connected = made;
      // Promises that are not settled when the kernel ends, and for which it does not run.
      made
        .orFailure(new Promise<never>(() => undefined))
        .catch((reason: unknown) => promises.abandon(reason, end.isKnown(reason)));
    },
    addService: (kref, name, service, given) => calls.addService(kref, { name, service, given }),
    onOutput: (number, output) => {
      if (kept.take(number, output)) return 'background';
      if (output[0] === 'call') return calls.call(number, output[1], output[2].methargs);
      return notifications.notify(number, output[1]);
    },
  };
};
