import '../shims.js';
import type { KObject } from '@cooperage/types';
import { HandledPromise } from '@endo/eventual-send';
import { Remotable } from '@endo/pass-style';
import { insistMessage } from '../../host-calls.js';
import { type EventualTarget, handlerFor } from './eventual-target.js';
import type { KernelRef } from './kernel-ref.js';

/** The host's references to objects of vats: one for each object, as long as host code has it. */
export interface Presences {
  provide(kref: KObject, iface?: string): KernelRef;
  krefOf(ref: object): KObject | undefined;
  /** The same as the `retain` of each, in few inputs. */
  retainAll(refs: readonly KernelRef[]): void;
}

export interface PresencesPowers extends Pick<EventualTarget, 'send'> {
  readonly retain: (krefs: readonly KObject[]) => void;
  readonly release: (kref: KObject) => void;
  /**
   * Whether it is the root object of a vat. A root is called "root" wherever the host has it from: its own name may come with
   * a message, and what the host passes on must not depend on which of both came first.
   */
  readonly isRoot: (kref: KObject) => boolean;
  /** Whether what the engine has collected is released: not where the moment at which it does so must not matter. */
  readonly collects: boolean;
}

/** How often the host holds an object, by way of one reference. */
interface Holds {
  readonly kref: KObject;
  count: number;
}

/** References that one input retains: a slice of its own. */
const AT_A_TIME = 200;

/** A rejection, as of all that is wrong with a message. */
const refuse = async (...message: readonly unknown[]): Promise<void> => insistMessage(...message);

export const makePresences = ({
  send,
  retain,
  release,
  isRoot,
  collects,
}: PresencesPowers): Presences => {
  const holdsOf = new WeakMap<object, Holds>();
  const refs = new Map<KObject, WeakRef<KernelRef>>();

  const releaseOnce = (holds: Holds): void => {
    if (holds.count === 0) return;
    holds.count -= 1;
    release(holds.kref);
  };

  const registry = new FinalizationRegistry<Holds>((holds) => {
    if (refs.get(holds.kref)?.deref() === undefined) refs.delete(holds.kref);
    while (collects && holds.count > 0) releaseOnce(holds);
  });

  const make = (kref: KObject, iface: string): KernelRef => {
    const holds: Holds = { kref, count: 0 };
    let presence: object | undefined;
    void new HandledPromise((_resolve, _reject, resolveWithPresence) => {
      presence = resolveWithPresence(handlerFor({ kref: () => kref, send }));
    });
    const ref = Remotable(
      `Alleged: ${iface.replace(/^Alleged: /, '')}`,
      undefined,
      Object.assign(presence as object, {
        kref: () => kref,
        send: (method: string, args: readonly unknown[] = [], ...more: readonly unknown[]) =>
          more.every((each) => each === undefined)
            ? send(kref, method, args)
            : refuse(method, args, ...more),
        retain: () => {
          holds.count += 1;
          retain([kref]);
        },
        release: () => releaseOnce(holds),
      }),
    ) as unknown as KernelRef;
    holdsOf.set(ref, holds);
    refs.set(kref, new WeakRef(ref));
    registry.register(ref, holds);
    return ref;
  };

  return {
    provide: (kref, iface = 'object') =>
      refs.get(kref)?.deref() ?? make(kref, isRoot(kref) ? 'root' : iface),
    krefOf: (ref) => holdsOf.get(ref)?.kref,
    retainAll: (made) => {
      for (let from = 0; from < made.length; from += AT_A_TIME) {
        const all = made.slice(from, from + AT_A_TIME).map((ref) => holdsOf.get(ref) as Holds);
        for (const holds of all) holds.count += 1;
        retain(all.map(({ kref }) => kref));
      }
    },
  };
};
