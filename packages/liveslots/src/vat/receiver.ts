/** Messages and news in. */
import { makeError, X } from '@endo/errors';
import { HandledPromise } from '@endo/eventual-send';
import harden from '@endo/harden';
import type {
  LiveSlotsConsole,
  LiveSlotsSyscall,
  Message,
  VatResolution,
  VRef,
} from '@cooperage/types';
import type { Decode } from '../refs/decoder.js';
import { isPromise } from '../refs/exporter.js';
import type { Importer } from '../refs/importer.js';
import type { PromiseTable } from '../promises/promise-table.js';
import type { Resolver } from '../promises/resolver.js';
import type { SlotTable } from '../refs/slot-table.js';
import { isLocal, isObject } from '../refs/vref.js';

export interface Receiver {
  message(target: VRef, message: Message<VRef>): void;
  notify(resolutions: readonly VatResolution[]): void;
}

const isPrimitive = (value: unknown): boolean =>
  (typeof value !== 'object' && typeof value !== 'function') || value === null;

const isThenable = (value: unknown): boolean =>
  typeof (value as { readonly then?: unknown }).then === 'function';

type Method = (this: unknown, ...args: unknown[]) => unknown;

/**
 * The method of a local object that a message asks for, if there is nothing
 * unusual about it; else undefined, and `HandledPromise` sorts it out.
 */
const methodOf = (target: object, name: unknown): Method | undefined => {
  if (typeof name !== 'string' && typeof name !== 'symbol') return undefined;
  const method = (target as Record<PropertyKey, unknown>)[name];
  return typeof method === 'function' ? (method as Method) : undefined;
};

export interface ReceiverPowers {
  readonly syscall: Pick<LiveSlotsSyscall, 'subscribe'>;
  readonly slots: SlotTable;
  readonly promises: PromiseTable;
  readonly importer: Importer;
  readonly decode: Decode;
  readonly resolver: Resolver;
  readonly console: LiveSlotsConsole;
}

export const makeReceiver = ({
  syscall,
  slots,
  promises,
  importer,
  decode,
  resolver,
  console,
}: ReceiverPowers): Receiver => {
  /** `answer` is what becomes of a message; tells the kernel, which knows it as `result`. */
  const follow = (result: VRef, answer: Promise<unknown>): void => {
    slots.addUnwatched(result, answer);
    resolver.follow(result, answer);
  };

  const warn = (error: unknown): void => {
    console.warn('a message without a result failed:', error);
  };

  /**
   * The usual message: a method of a local object, and a result that this vat does not know yet.
   * The method runs in a turn of its own. Its answer needs no promise here unless it is one.
   */
  const call = (
    target: object,
    method: Method,
    args: readonly unknown[],
    result: VRef | null,
  ): void => {
    const fail = (error: unknown): void => {
      if (result === null) warn(error);
      else void Promise.resolve().then(() => resolver.settle(result, true, error));
    };
    const answer = (value: unknown): void => {
      if (result === null) {
        if (isPromise(value)) void HandledPromise.resolve(value).then(undefined, warn);
      } else if (isPrimitive(value)) {
        void Promise.resolve().then(() => resolver.settle(result, false, value));
      } else if (isPromise(value)) {
        // Messages sent to the result meanwhile go where `value` goes.
        follow(result, new HandledPromise((resolve) => resolve(value)));
      } else {
        // Plain data, a remotable, or a thenable.
        const settling = new Promise((resolve) => resolve(value));
        if (isThenable(value)) {
          // It may take its time, and messages to the result may come meanwhile: the vat must know it until then.
          promises.exported.set(result, settling);
          slots.addUnwatched(result, settling);
        }
        void settling.then(
          (settled) => resolver.settle(result, false, settled),
          (reason: unknown) => resolver.settle(result, true, reason),
        );
      }
    };
    const run = (): void => {
      try {
        // If the result is a proxy, even looking at it may run code of the vat.
        answer(harden(Reflect.apply(method, target, args)));
      } catch (error) {
        fail(error);
      }
    };
    void Promise.resolve().then(run);
  };

  const rejectUnread = (result: VRef): void => {
    const mine = promises.imported.get(result);
    // No more than this: the reason may name what its sender has no business with.
    const error = makeError(X`the message could not be read`);
    if (mine === undefined) {
      resolver.settle(result, true, error);
    } else {
      promises.imported.delete(result);
      mine.reject(error);
      resolver.follow(result, mine.promise);
    }
  };

  const send = (target: unknown, method: unknown, args: unknown): Promise<unknown> => {
    if (!args) return HandledPromise.get(target, method as PropertyKey);
    const list = args as unknown[];
    return method === undefined
      ? HandledPromise.applyFunction(target, list)
      : HandledPromise.applyMethod(target, method as PropertyKey, list);
  };

  return {
    message(targetRef, { methargs, result }) {
      const target = importer.valueOf(targetRef);
      let name: unknown;
      let args: unknown;
      try {
        [name, args] = decode(methargs) as [unknown, unknown];
      } catch (error) {
        // A vat that was taken over can send anything: that is its fault, and shall not be the end of this one.
        console.error('a message could not be read:', error);
        if (result) rejectUnread(result);
        return;
      }
      // The arguments may have brought it in.
      const mine = result ? promises.imported.get(result) : undefined;

      if (mine === undefined && isObject(targetRef) && isLocal(targetRef) && Array.isArray(args)) {
        const method = methodOf(target, name);
        if (method !== undefined) {
          call(target, method, args, result ?? null);
          return;
        }
      }

      const answer = send(target, name, args);
      if (!result) return;
      if (mine === undefined) {
        follow(result, answer);
      } else {
        // The vat sent this message to itself: it holds a promise for the answer, and now decides it.
        promises.imported.delete(result);
        mine.resolve(answer);
        resolver.follow(result, mine.promise);
      }
    },

    notify(resolutions) {
      const settled: VRef[] = [];
      const imported = importer.withoutSubscribing(() => {
        for (const [vpid, isReject, data] of resolutions) {
          // Unknown where this vat became the decider, or an earlier incarnation asked.
          const promise = promises.imported.get(vpid);
          if (promise === undefined) continue;
          try {
            const value = decode(data);
            if (isReject) promise.reject(value);
            else promise.resolve(value);
          } catch (error) {
            console.error('the resolution of a promise could not be read:', error);
            promise.reject(makeError(X`the resolution of the promise could not be read`));
          }
          settled.push(vpid);
        }
      });
      for (const vpid of settled) {
        resolver.forget(vpid);
        promises.imported.delete(vpid);
        imported.delete(vpid);
      }
      for (const vpid of [...imported].sort()) syscall.subscribe(vpid);
    },
  };
};
