/** What may be kept over an upgrade: imports, durable objects and devices, and data that names only these. */
import { makeError, q, X } from '@endo/errors';
import type { CapData, VRef } from '@cooperage/types';
import type { KindRegistry } from './kind-registry.js';
import { isDevice, isImport, isPromise, isVirtualOrDurable, kindOf } from './vref.js';

export interface Durability {
  readonly isDurable: (vref: VRef) => boolean;
  /** @param what names the data in the error */
  insistDurable(what: string, data: CapData<VRef>): void;
}

/** @param relaxed for tests of vats: everything but promises counts as durable */
export const makeDurability = (kinds: KindRegistry, relaxed: boolean): Durability => {
  const isDurable = (vref: VRef): boolean => {
    if (isPromise(vref)) return false;
    if (relaxed || isDevice(vref) || isImport(vref)) return true;
    return isVirtualOrDurable(vref) && (kinds.get(kindOf(vref))?.durable ?? false);
  };
  return {
    isDurable,
    insistDurable(what, data) {
      const index = data.slots.findIndex((vref) => !isDurable(vref));
      if (index >= 0) {
        throw makeError(X`${q(what)} is not durable: slot ${q(index)} of ${q(data.body)}`);
      }
    },
  };
};
