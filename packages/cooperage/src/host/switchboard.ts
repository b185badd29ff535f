import {
  asError,
  type CapData,
  CooperageError,
  isCooperageError,
  isThenable,
  type KObject,
  type KPromise,
  type KRef,
  messageOf,
  type Rejection,
  type VatID,
} from '@cooperage/types';
import type { Output } from '@cooperage/kernel';
import type { Runner } from '@cooperage/vat-manager';
import { type Codec, makeCodec } from './codec.js';
import { insistMessage } from '../host-calls.js';
import { makeHeldSends, type WhenInboxIsFull } from './held-sends.js';
import { makeHostPromises } from './host-promises.js';
import type { EndOfKernel } from './end-of-kernel.js';
import type { KernelRef } from './passable.js';
import { asRejection, unreadable } from './rejections.js';
import type { Service } from './service.js';

/**
 * Where the host's calls go in and the kernel's outputs come out: answers to
 * the promises that host code waits for, and calls to the services.
 */
export interface Switchboard {
  readonly codec: Codec;
  /** Give this to the runner. */
  readonly onOutput: (number: number, output: Output) => 'foreground' | 'background';
  /** The runner, once it is there. */
  connect(runner: Runner): void;
  addService(kref: KObject, name: string, service: Service): void;
  send(kref: KObject, method: string, args: readonly unknown[]): Promise<unknown>;
  /** The vat's inbox may have become shorter, or the vat is no more. */
  shortened(vatID: VatID): void;
  /** A host promise for a kernel promise to which the host is subscribed. */
  answerOf(kp: KPromise): Promise<unknown>;
}

/**
 * @param options `manual`: waiting for an answer does not set the kernel in motion; `whenInboxIsFull`: what becomes
 *   of a send to a vat for which too much waits; `end`: covers what host code may not wait for
 */
export const makeSwitchboard = (options: {
  readonly manual: boolean;
  readonly whenInboxIsFull: WhenInboxIsFull;
  readonly end: EndOfKernel;
}): Switchboard => {
  const services = new Map<KObject, { readonly name: string; readonly service: Service }>();
  let connected: Runner | undefined;

  const runner = (): Runner => {
    if (connected === undefined) throw new CooperageError('CLOSED', 'the kernel is not open yet');
    return connected;
  };

  const sends = makeHeldSends(runner, options.whenInboxIsFull);

  const promises = makeHostPromises(
    (kp) => runner().core.kernel.tables.promises.find(kp) !== undefined,
  );

  const answerOf = (kp: KPromise): Promise<unknown> =>
    (promises.find(kp) ?? promises.add(kp)).promise;

  const codec = makeCodec({
    send: (kref, method, args) => options.end.cover(() => send(kref, method, args)),
    retain: (kref) => void runner().inputSoon((host) => host.pin(kref)),
    release: (kref) => {
      try {
        void runner().inputSoon((host) => host.unpin(kref));
      } catch (error) {
        // With the kernel all that the host held of it is gone.
        if (!isCooperageError(error)) throw error;
      }
    },
    promiseFor: (kp) => {
      const known = promises.find(kp);
      if (known !== undefined) return known.promise;
      runner().input((host) => host.subscribe(kp));
      return promises.add(kp).promise;
    },
  });

  const send = (kref: KObject, method: string, args: readonly unknown[]): Promise<unknown> => {
    insistMessage(method, args);
    const methargs = codec.encodeMessage(method, args);
    const kp = sends.send(kref, methargs);
    const answer = typeof kp === 'string' ? answerOf(kp) : kp.then(answerOf);
    return options.manual ? runner().orFailure(answer) : runner().runWhile(answer);
  };

  /** Decodes news for the host; its references are held before the kernel lets go of the data. */
  const decodeHeld = (data: CapData<KRef>): unknown => {
    const { value, refs } = codec.decode(data);
    refs.forEach((ref) => ref.retain());
    return value;
  };

  /** What a vat says in an answer can be anything: what cannot be read rejects it. */
  const open = (
    kp: KPromise,
    state: 'unresolved' | 'fulfilled' | 'rejected',
    data: Rejection,
  ): { readonly isReject: boolean; readonly value: unknown } => {
    let value: unknown;
    try {
      value = decodeHeld(data);
    } catch (error) {
      return { isReject: true, value: unreadable(kp, data, error) };
    }
    if (state !== 'rejected') return { isReject: false, value };
    const service = data.by?.service;
    const serviceName = service === undefined ? undefined : services.get(service)?.name;
    return { isReject: true, value: asRejection({ kp, rejection: data, value, serviceName }) };
  };

  const notify = (number: number, kp: KPromise): void => {
    // Unknown where a process that is gone asked for it.
    const promise = promises.find(kp);
    if (promise !== undefined && !promise.isSettled) {
      const { tables } = runner().core.kernel;
      const news = open(kp, tables.promises.get(kp).state, tables.promises.getData(kp));
      if (news.isReject) promise.reject(news.value);
      else promise.fulfill(news.value);
    }
    runner().settleOutput(number);
    promises.forgetIfDeleted(kp);
  };

  const answer = (
    number: number,
    isReject: boolean,
    value: unknown,
    refs: readonly KernelRef[],
  ): void => {
    let reply: { isReject: boolean; data: CapData<KRef> };
    try {
      reply = { isReject, data: codec.encode(value) };
    } catch (error) {
      reply = {
        isReject: true,
        data: codec.encode(new Error(`the service’s answer: ${messageOf(error)}`)),
      };
    }
    try {
      runner().settleOutput(number, reply);
      refs.forEach((ref) => ref.release());
    } catch (error) {
      // Closed while the service worked: the call is made again after the next start.
      if (!isCooperageError(error)) throw error;
    }
  };

  const call = (
    number: number,
    target: KObject,
    methargs: CapData<KRef>,
  ): 'foreground' | 'background' => {
    const found = services.get(target);
    if (found === undefined) {
      answer(number, true, new Error(`no service answers for ${target} in this process`), []);
      return 'foreground';
    }
    let held: readonly KernelRef[] = [];
    try {
      const { value, refs } = codec.decode(methargs);
      refs.forEach((ref) => ref.retain());
      held = refs;
      const [method, args] = value as [unknown, unknown[]];
      if (typeof method !== 'string') {
        throw new TypeError(`the service "${found.name}" takes messages with a method name only`);
      }
      const result = found.service.answer({ id: String(number), method, args });
      if (isThenable(result)) {
        // Another's `then` may throw, or call back twice.
        new Promise((resolve) => resolve(result)).then(
          (settled) => answer(number, false, settled, held),
          (thrown: unknown) => answer(number, true, asError(thrown), held),
        );
        return found.service.background === true ? 'background' : 'foreground';
      }
      answer(number, false, result, held);
    } catch (thrown) {
      answer(number, true, asError(thrown), held);
    }
    return 'foreground';
  };

  return {
    codec,
    send,
    answerOf,
    shortened: (vatID) => sends.shortened(vatID),
    connect: (made) => {
      connected = made;
    },
    addService: (kref, name, service) => {
      services.set(kref, { name, service });
    },
    onOutput: (number, output) => {
      if (output[0] === 'call') return call(number, output[1], output[2].methargs);
      notify(number, output[1]);
      return 'foreground';
    },
  };
};
