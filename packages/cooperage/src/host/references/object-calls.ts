/** Calls of the host's services and of its objects without a name, and what they answer. */
import type { Host } from '@cooperage/kernel';
import {
  asError,
  type CapData,
  isThenable,
  type KObject,
  type KRef,
  messageOf,
  type Work,
} from '@cooperage/types';
import type { OutputKind, Runner } from '@cooperage/vat-manager';
import { type Codec, type Encoded, withNames } from '../codec.js';
import { callExported, isRemotable } from './exported-object.js';
import type { HostExports } from './host-exports.js';
import type { KernelRef } from '../passable.js';
import type { Service } from '../service.js';
import type { Presences } from './presences.js';

interface Outcome {
  readonly isReject: boolean;
  readonly data: CapData<KRef>;
}

interface NamedService {
  readonly name: string;
  readonly service: Service;
  /** The object as it was given to the kernel. */
  readonly given: object;
}

export interface ObjectCalls {
  addService(kref: KObject, named: NamedService): void;
  serviceName(kref: KObject): string | undefined;
  /** Encodes what host code gave, in an input. What cannot be passed becomes a rejection that says why. */
  outcomeOf(isReject: boolean, value: unknown, what: string): (host: Host) => Outcome;
  call(number: number, target: KObject, methargs: CapData<KRef>): Work<OutputKind>;
}

export interface ObjectCallsPowers {
  readonly runner: () => Runner;
  readonly codec: Codec;
  readonly exports: HostExports;
  readonly presences: Presences;
  /** A promise that the kernel knows, and that is not the host's to settle. */
  readonly isOfKernel: (value: object) => boolean;
  readonly unlessClosed: (act: () => void) => void;
}

/** One call that is not answered yet. */
interface OpenCall {
  readonly number: number;
  readonly what: string;
  /** Released when it is answered. */
  refs: readonly KernelRef[];
}

export const makeObjectCalls = ({
  runner,
  codec,
  exports,
  presences,
  isOfKernel,
  unlessClosed,
}: ObjectCallsPowers): ObjectCalls => {
  const services = new Map<KObject, NamedService>();

  const refusal = (what: string, error: unknown): Encoded =>
    codec.encode(new Error(`${what}: ${messageOf(error)}`));

  const outcomeOf: ObjectCalls['outcomeOf'] = (isReject, value, what) => {
    let encoded: Encoded;
    let isRejected = isReject;
    try {
      encoded = isReject ? codec.encodeReason(value) : codec.encode(value);
    } catch (error) {
      encoded = refusal(what, error);
      isRejected = true;
    }
    return (host) => {
      try {
        return {
          isReject: isRejected,
          data: exports.naming((_host, nameOf) => withNames(encoded, nameOf))(host),
        };
      } catch (error) {
        return { isReject: true, data: { ...refusal(what, error), slots: [] } };
      }
    };
  };

  const answer = ({ number, what, refs }: OpenCall, isReject: boolean, value: unknown): void =>
    // Closed while the host worked: the call is made again, or rejected, at the next start.
    unlessClosed(() => {
      runner().settleOutput(number, outcomeOf(isReject, value, what));
      refs.forEach((ref) => ref.release());
    });

  const answerLater = (open: OpenCall, result: PromiseLike<unknown>): void => {
    // Another's `then` may throw, or call back twice.
    new Promise((resolve) => resolve(result)).then(
      (settled) => answer(open, false, settled),
      (thrown: unknown) => answer(open, true, asError(thrown)),
    );
  };

  /** @returns whether it is answered */
  const answerWith = (open: OpenCall, result: unknown): boolean => {
    // An answer that is a promise of the kernel follows it in the kernel, which finds cycles, and waits there.
    const isAtOnce = !isThenable(result) || isOfKernel(result);
    if (isAtOnce) answer(open, false, result);
    else answerLater(open, result);
    return isAtOnce;
  };

  const decodeCall = function* (
    open: OpenCall,
    methargs: CapData<KRef>,
  ): Work<readonly [method: unknown, args: readonly unknown[]]> {
    const { value, refs } = yield* codec.decodeInSlices(methargs);
    presences.retainAll(refs);
    open.refs = refs;
    return value as [unknown, unknown[]];
  };

  const callService = function* (
    open: OpenCall,
    { name, service }: NamedService,
    methargs: CapData<KRef>,
  ): Work<OutputKind> {
    const [method, args] = yield* decodeCall(open, methargs);
    if (typeof method !== 'string') {
      throw new TypeError(`the service "${name}" accepts only messages with a method name`);
    }
    const result = service.answer({ id: String(open.number), method, args });
    return !answerWith(open, result) && service.background === true ? 'background' : 'foreground';
  };

  const call: ObjectCalls['call'] = function* (number, target, methargs) {
    const named = services.get(target);
    const what = `the ${named === undefined ? 'host object' : 'service'}’s answer`;
    const open: OpenCall = { number, what, refs: [] };
    try {
      if (named !== undefined) return yield* callService(open, named, methargs);
      const object = exports.find(target);
      if (object === undefined)
        throw new Error(`this process has no service or object for ${target}`);
      const [method, args] = yield* decodeCall(open, methargs);
      callExported(object, method, args).then(
        (called) => answerWith(open, called.answer),
        (thrown: unknown) => answer(open, true, asError(thrown)),
      );
    } catch (thrown) {
      answer(open, true, asError(thrown));
    }
    return 'foreground';
  };

  return {
    outcomeOf,
    call,
    serviceName: (kref) => services.get(kref)?.name,
    addService: (kref, named) => {
      services.set(kref, named);
      if (isRemotable(named.given)) exports.addService(kref, named.given);
    },
  };
};
