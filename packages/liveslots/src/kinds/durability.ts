/** What may be kept over an upgrade: imports, durable objects and devices, and data that names only these. */
import { makeError, q, X } from '@endo/errors';
import harden from '@endo/harden';
import type { CapData, VRef } from '@cooperage/types';
import type { KindRegistry } from './kind-registry.js';
import { isDevice, isImport, isPromise, isVirtualOrDurable, kindOf } from '../refs/vref.js';

export interface Durability {
  readonly isDurable: (vref: VRef) => boolean;
  /**
   * @param data of `value`, which is to be stored
   * @throws {Error} where it names what does not survive an upgrade, and in which slot
   */
  insistValue(value: unknown, data: CapData<VRef>): void;
  /** The same for a property of an object's state. */
  insistProperty(name: string, data: CapData<VRef>): void;
  /** The same for the shape of a kind's state. */
  insistShape(data: CapData<VRef>): void;
}

/** Without the slots: they are vrefs, which are none of user code's business. */
const shown = ({ body }: CapData<VRef>): object => harden({ body });

/** @param relaxed for tests of vats: everything but promises counts as durable */
export const makeDurability = (kinds: KindRegistry, relaxed: boolean): Durability => {
  const isDurable = (vref: VRef): boolean => {
    if (isPromise(vref)) return false;
    if (relaxed || isDevice(vref) || isImport(vref)) return true;
    return isVirtualOrDurable(vref) && (kinds.get(kindOf(vref))?.durable ?? false);
  };
  const firstVolatile = ({ slots }: CapData<VRef>): number =>
    slots.findIndex((vref) => !isDurable(vref));
  return {
    isDurable,
    insistValue(value, data) {
      const slot = firstVolatile(data);
      if (slot < 0) return;
      throw makeError(X`value is not durable: ${value} at slot ${q(slot)} of ${data.body}`);
    },
    insistProperty(name, data) {
      const slot = firstVolatile(data);
      if (slot < 0) return;
      throw makeError(X`value for ${q(name)} is not durable: slot ${q(slot)} of ${shown(data)}`);
    },
    insistShape(data) {
      const slot = firstVolatile(data);
      if (slot < 0) return;
      throw makeError(X`${q('stateShape')} is not durable: slot ${q(slot)} of ${shown(data)}`);
    },
  };
};
