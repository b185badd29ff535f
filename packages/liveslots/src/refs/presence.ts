/** Stand-ins for objects of other vats and for devices. */
import { HandledPromise } from '@endo/eventual-send';
import harden from '@endo/harden';
import type { VRef } from '@cooperage/types';
import { Remotable } from '../endo.js';
import type { Send } from '../promises/promise-table.js';

/**
 * An object without methods, to which `E()` sends messages.
 *
 * @param insistUsable throws if the vat gave up this presence
 */
export const makePresence = (
  vref: VRef,
  iface: string,
  send: Send,
  insistUsable: (presence: object) => void,
): object => {
  let presence: object | undefined;
  const handler = {
    applyMethod(
      target: object,
      method: PropertyKey | undefined,
      args: unknown[],
      answer?: Promise<unknown>,
    ) {
      insistUsable(target);
      return send(vref, method, args, answer);
    },
    // Without it `@endo/eventual-send` would put the arguments into an array of their own.
    applyFunction(target: object, args: unknown[], answer?: Promise<unknown>) {
      return handler.applyMethod(target, undefined, args, answer);
    },
    get(target: object, property: PropertyKey) {
      insistUsable(target);
      // There is no message for reading a property; a presence has none of its own.
      return (target as Record<PropertyKey, unknown>)[property];
    },
  };
  const promise = new HandledPromise<object>((_resolve, _reject, resolveWithPresence) => {
    presence = Remotable(iface, undefined, resolveWithPresence(handler));
  });
  // HandledPromise.resolve(presence) gives this promise to every holder of the presence. Unfrozen
  // it would be a channel between holders that should not be able to communicate.
  void harden(promise);
  return harden(presence as unknown as object);
};

export const makeDeviceNode = (iface: string | undefined): object =>
  Remotable(iface ?? 'Alleged: device');
