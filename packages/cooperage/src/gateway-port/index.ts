/**
 * The port on which a gateway stands: what a trusted package of the host needs beyond the public methods of a kernel to
 * hold references for clients that outlast the process. Application code uses `@cooperage/gateway`.
 */
import '../host/shims.js';
import {
  type CapData,
  CooperageError,
  insistKRef,
  insistModestAtOnce,
  isKPromise,
  type KObject,
  type KPromise,
  type KRef,
  messageOf,
  type Rejection,
} from '@cooperage/types';
import type { Host } from '@cooperage/kernel';
import { makeMarshal } from '@endo/marshal';
import { Far } from '@endo/pass-style';
import { partsOf } from '../control/parts.js';
import type { KeptOutputs, OutputsTaker } from '../host/kept-outputs.js';
import type { KernelRef } from '../host/passable.js';
import type { CooperageKernel } from '../kernel-api.js';

export { GATEWAY_LIMITS, GATEWAY_SETTINGS } from '../config/gateway-settings.js';
export type { GatewayLimits } from '../config/config.js';
export { type OperatedGateway, operateGateway } from './operated.js';
export { EXPOSED_ROWS, type ShownUrl, URL_ROWS } from './urls.js';
export type { OutputsTaker } from '../host/kept-outputs.js';

/** One change of the kernel: all of it happens, or nothing. */
export interface GatewayInput {
  /** Holds what has this name beyond the process, under a label of its own. */
  keep(label: string, kref: KRef): void;
  releaseReference(label: string): void;
  /** Writes a text beside the kernel's own; without a text there is none any more. */
  setText(label: string, text?: string): void;
  /** Sends a message; the promise for the answer is kept under the label, and news of it goes to the taker of outputs. */
  send(target: KRef, methargs: CapData<KRef>, label: string): KPromise;
  /** News of a promise goes to the taker of outputs; the promise is kept under the label. */
  watch(kp: KPromise, label: string): void;
  unwatch(label: string): void;
  /** An object of a client, which does not break with the process. It must be named in the same change. */
  exportObject(label: string): KObject;
  /** The client is gone: those who hold its object are told. */
  retireObject(object: KObject): void;
  /** The output is dealt with; a call with its answer. */
  settleOutput(
    number: number,
    answer?: { readonly isReject: boolean; readonly data: CapData<KRef> },
  ): void;
}

export interface SettledPromise {
  readonly state: 'unresolved' | 'fulfilled' | 'rejected';
  /** Unless it is unresolved. */
  readonly data?: Rejection;
}

export interface GatewayPort {
  /** Made in the order of the calls. If `act` throws, nothing has happened, and the promise is rejected. */
  change<T>(act: (input: GatewayInput) => T): Promise<T>;
  /** Everything that was done so far is durable when it resolves. */
  flush(): Promise<void>;
  kept(label: string): KRef | undefined;
  /** @param prefix a text that ends in a dot, here and in the other lists */
  listKept(prefix: string): (readonly [label: string, kref: KRef])[];
  textOf(label: string): string | undefined;
  listTexts(prefix: string): (readonly [label: string, text: string])[];
  /** The objects of clients that vats can reach or recognize, by label. */
  listObjects(prefix: string): (readonly [label: string, object: KObject])[];
  labelOf(object: KObject): string | undefined;
  isThere(kref: KRef): boolean;
  promise(kp: KPromise): SettledPromise;
  /**
   * The kernel's name of a reference that the host has.
   * @throws {CooperageError} `BAD_ARGUMENT` for what is no reference to an object of a vat
   */
  krefOf(ref: unknown): KObject;
  refOf(kref: KObject): KernelRef;
  /** @throws {CooperageError} `BAD_CAPDATA` for what no vat could be sent */
  insistReadable(data: CapData): void;
  /** From now on the gateway deals with the outputs for clients, also with those that came before. */
  takeOutputs(taker: OutputsTaker): void;
}

interface InputPowers {
  readonly host: Host;
  readonly kept: KeptOutputs;
  readonly find: (label: string) => KRef | undefined;
  /** What the change makes: forgotten again if it fails. */
  readonly made: KRef[];
  /** Outputs that the change settles. */
  readonly settled: number[];
}

const makeInput = ({ host, kept, find, made, settled }: InputPowers): GatewayInput => {
  const releaseReference = (label: string): void => {
    const known = find(label);
    if (known === undefined) return;
    host.setName('kept', label);
    host.unpin(known);
  };
  const keep = (label: string, kref: KRef): void => {
    // First, because both may be the same.
    host.pin(kref);
    releaseReference(label);
    host.setName('kept', label, kref);
  };
  const watch = (kp: KPromise, label: string): void => {
    kept.watch(kp);
    made.push(kp);
    keep(label, kp);
  };
  return {
    keep,
    releaseReference,
    setText: (label, text) => host.setName('host', label, text),
    send: (target, methargs, label) => {
      const kp = host.send(target, methargs);
      watch(kp, label);
      return kp;
    },
    watch: (kp, label) => {
      watch(kp, label);
      host.subscribe(kp);
    },
    unwatch: (label) => {
      const kp = find(label);
      if (isKPromise(kp)) kept.unwatch(kp);
      releaseReference(label);
    },
    exportObject: (label) => {
      const object = host.exportObject(label);
      kept.add(object);
      made.push(object);
      return object;
    },
    retireObject: (object) => {
      kept.forget(object);
      host.retireObject(object);
    },
    settleOutput: (number, answer) => {
      host.settleOutput(number, answer);
      settled.push(number);
    },
  };
};

const shapes = (() => {
  const anyObject = Far('object', {});
  const anyPromise = Object.freeze(Promise.resolve());
  const shapeOf = (slot: string | undefined): object => {
    // The body names slots by their indices, and may name more than there are.
    if (slot === undefined) throw new TypeError('the body names a slot that does not exist');
    return isKPromise(slot) ? anyPromise : anyObject;
  };
  return makeMarshal<string>(undefined, shapeOf, {
    serializeBodyFormat: 'smallcaps',
    marshalName: 'gateway',
  });
})();

/**
 * The port of an open kernel.
 * @throws {Error} for an object that `openKernel` did not make
 */
export const gatewayPortOf = (kernel: CooperageKernel): GatewayPort => {
  const { runner, presences, kept } = partsOf(kernel);
  const { tables } = runner.core.kernel;
  const { hosted, hostNames, objects, promises } = tables;
  const find = (label: string): KRef | undefined =>
    hostNames.find('kept', label) as KRef | undefined;

  return {
    change: (act) =>
      runner.inputSoon((host) => {
        const made: KRef[] = [];
        const settled: number[] = [];
        try {
          const result = act(makeInput({ host, kept, find, made, settled }));
          settled.forEach((number) => runner.outputSettled(number));
          return result;
        } catch (thrown) {
          // The kernel gives their names to others.
          for (const kref of made) {
            if (isKPromise(kref)) kept.unwatch(kref);
            else kept.forget(kref as KObject);
          }
          throw thrown;
        }
      }),
    flush: () => runner.flush(),
    kept: find,
    listKept: (prefix) => [...hostNames.list('kept', prefix)] as (readonly [string, KRef])[],
    textOf: (label) => hostNames.find('host', label),
    listTexts: (prefix) => [...hostNames.list('host', prefix)],
    listObjects: (prefix) =>
      hosted.list().flatMap((kref): (readonly [string, KObject])[] => {
        const label = hosted.keptAs(kref);
        return label?.startsWith(prefix) === true ? [[label, kref as KObject]] : [];
      }),
    labelOf: (object) => hosted.keptAs(object),
    isThere: (kref) =>
      (isKPromise(kref) ? promises.find(kref) : objects.find(kref as KObject)) !== undefined,
    promise: (kp) => {
      const { state } = promises.get(kp);
      return state === 'unresolved' ? { state } : { state, data: promises.getData(kp) };
    },
    krefOf: (ref) => {
      const kref = typeof ref === 'object' && ref !== null ? presences.krefOf(ref) : undefined;
      if (kref !== undefined) return kref;
      throw new CooperageError(
        'BAD_ARGUMENT',
        'this is not a reference to an object of a vat: pass one from `kernel.root(…)` or from an answer of a vat',
      );
    },
    refOf: (kref) => presences.provide(kref),
    insistReadable: ({ body, slots }) => {
      try {
        insistModestAtOnce([{ body, slots }]);
        shapes.fromCapData({ body, slots: slots.map(insistKRef) });
      } catch (error) {
        throw new CooperageError('BAD_CAPDATA', messageOf(error), { cause: error });
      }
    },
    takeOutputs: (taker) => kept.connect(taker),
  };
};
