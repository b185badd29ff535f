import { illegal, panic } from '../panic.js';
import { isObjectRef } from '../messages/routing.js';
import type { Kernel } from '../kernel.js';
import {
  type CapData,
  type DeliveryNumber,
  isVatAllocated,
  type KRef,
  type Message,
  parseVRef,
  type VatID,
  type VRef,
  type Work,
} from '@cooperage/types';
import { isBeingReleased } from './crossing-rules.js';

/**
 * Translates the references of one vat in both directions, with the first half of the rules for deliveries and
 * records that cross: it records which delivery named a reference, and takes back the release of an export that a
 * record names.
 */
export interface References {
  /** The vref of `kref` for delivery `n`; a new import if the vat has none. */
  toVat(vatID: VatID, kref: KRef, n: DeliveryNumber): VRef;
  dataToVat(vatID: VatID, data: CapData<KRef>, n: DeliveryNumber): Work<CapData<VRef>>;
  messageToVat(vatID: VatID, message: Message<KRef>, n: DeliveryNumber): Work<Message<VRef>>;
  /**
   * The kref of the vat's `vref`; a new export if the vat made it up.
   * @throws {CooperageError} `ILLEGAL_SYSCALL` if the vat was not given the vref, or has dropped it
   */
  toKernel(vatID: VatID, vref: VRef): KRef;
  dataToKernel(vatID: VatID, data: CapData<VRef>): Work<CapData<KRef>>;
  messageToKernel(vatID: VatID, message: Message<VRef>): Work<Message<KRef>>;
}

export const makeReferences = ({ pace, tables }: Kernel): References => {
  const { cLists, objects, promises, references } = tables;

  const toVat = (vatID: VatID, kref: KRef, n: DeliveryNumber): VRef => {
    const vref = cLists.toVat(vatID, kref);
    if (vref === undefined) {
      if (isObjectRef(kref) && objects.get(kref).owner === vatID) {
        panic(`${vatID} owns ${kref} but has no name for it`);
      }
      return cLists.addImport(vatID, kref, n);
    }
    const isExportedObject = isVatAllocated(vref) && isObjectRef(kref);
    if (isExportedObject) return vref;
    const entry = cLists.toKernel(vatID, vref) ?? panic(`${vref} of ${vatID} leads nowhere`);
    entry.named = n;
    if (entry.reachable) cLists.put(vatID, vref, entry);
    else cLists.makeReachable(vatID, vref, entry);
    return vref;
  };

  const exported = (vatID: VatID, vref: VRef): KRef => {
    const { type } = parseVRef(vref);
    if (type === 'device') illegal(`${vref}: there are no devices`);
    const kref = type === 'object' ? objects.add(vatID) : promises.add(vatID);
    cLists.addExport(vatID, vref, kref);
    return kref;
  };

  const toKernel = (vatID: VatID, vref: VRef): KRef => {
    const entry = cLists.toKernel(vatID, vref);
    if (entry === undefined) {
      if (isVatAllocated(vref)) return exported(vatID, vref);
      return illegal(`${vref} is not a reference of this vat`);
    }
    const { kref } = entry;
    if (!isObjectRef(kref)) return kref;
    if (!isVatAllocated(vref)) {
      if (!entry.reachable) illegal(`${vref} was dropped by this vat`);
      return kref;
    }
    if (isBeingReleased(entry)) {
      // The vat named the export before it was told of the drop, or exports it again.
      entry.dropping = 0;
      entry.retiring = 0;
      entry.reachable = true;
      cLists.put(vatID, vref, entry);
      references.recheck(kref);
    }
    return kref;
  };

  const translate = function* <From extends string, To extends string>(
    { body, slots }: CapData<From>,
    each: (slot: From) => To,
  ): Work<CapData<To>> {
    const translated: To[] = [];
    for (const slot of slots) {
      translated.push(each(slot));
      if (pace.spend(1)) yield;
    }
    return { body, slots: translated };
  };
  const dataToVat: References['dataToVat'] = (vatID, data, n) =>
    translate(data, (slot) => toVat(vatID, slot, n));
  const dataToKernel: References['dataToKernel'] = (vatID, data) =>
    translate(data, (slot) => toKernel(vatID, slot));
  return {
    toVat,
    toKernel,
    dataToVat,
    dataToKernel,
    *messageToVat(vatID, { methargs, result }, n) {
      return {
        methargs: yield* dataToVat(vatID, methargs, n),
        result: result === null ? null : toVat(vatID, result, n),
      };
    },
    *messageToKernel(vatID, { methargs, result }) {
      return {
        methargs: yield* dataToKernel(vatID, methargs),
        result: result === null ? null : toKernel(vatID, result),
      };
    },
  };
};
