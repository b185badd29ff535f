/**
 * Outputs for clients that outlast the process of the host: calls of objects that are kept for them, and news of promises
 * that they wait for. They wait here until a gateway takes them, and stay open until it settles them.
 */
import { isKPromise, type CapData, type KObject, type KPromise, type KRef } from '@cooperage/types';
import type { KernelTables, Output } from '@cooperage/kernel';

export interface OutputsTaker {
  called(number: number, target: KObject, methargs: CapData<KRef>): void;
  /** The promise is settled. */
  settled(number: number, kp: KPromise): void;
  /** No vat can reach the object any more. */
  dropped(object: KObject): void;
}

export interface KeptOutputs {
  /** What came so far is handed over now. */
  connect(taker: OutputsTaker): void;
  /** The object is kept for a client. */
  add(object: KObject): void;
  forget(object: KObject): void;
  /** News of this promise is for a client. */
  watch(kp: KPromise): void;
  unwatch(kp: KPromise): void;
  /** Whether the output is for a client; then it is taken care of. */
  take(number: number, output: Output): boolean;
  /** Whether the object is kept for a client; then the client is told. */
  dropped(object: KObject): boolean;
}

export const makeKeptOutputs = (
  tables: () => Pick<KernelTables, 'hosted' | 'hostNames'>,
): KeptOutputs => {
  let taker: OutputsTaker | undefined;
  let watched: Set<KPromise> | undefined;
  const waiting: [number: number, output: Output][] = [];
  let objects: Set<KObject> | undefined;

  const watchedPromises = (): Set<KPromise> => {
    watched ??= new Set(
      [...tables().hostNames.list('kept')].map(([, kref]) => kref).filter(isKPromise),
    );
    return watched;
  };

  /** Known also when the kernel has forgotten them. */
  const keptObjects = (): Set<KObject> => {
    if (objects !== undefined) return objects;
    const { hosted } = tables();
    const isKeptObject = (kref: KRef): boolean => hosted.keptAs(kref) !== undefined;
    objects = new Set(hosted.list().filter(isKeptObject) as KObject[]);
    return objects;
  };

  const hand = (to: OutputsTaker, number: number, output: Output): void => {
    if (output[0] === 'call') to.called(number, output[1], output[2].methargs);
    else to.settled(number, output[1]);
  };

  const isKept = (output: Output): boolean => {
    return output[0] === 'notify' ? watchedPromises().has(output[1]) : keptObjects().has(output[1]);
  };

  return {
    connect: (made) => {
      taker = made;
      for (const [number, output] of waiting.splice(0)) hand(made, number, output);
    },
    add: (object) => void keptObjects().add(object),
    forget: (object) => void keptObjects().delete(object),
    watch: (kp) => void watchedPromises().add(kp),
    unwatch: (kp) => void watchedPromises().delete(kp),
    take: (number, output) => {
      if (!isKept(output)) return false;
      if (taker === undefined) waiting.push([number, output]);
      else hand(taker, number, output);
      return true;
    },
    dropped: (object) => {
      if (!keptObjects().has(object)) return false;
      if (tables().hosted.keptAs(object) === undefined) keptObjects().delete(object);
      taker?.dropped(object);
      return true;
    },
  };
};
