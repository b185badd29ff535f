import {
  isKObject,
  isKPromise,
  isPromiseRef,
  type KObject,
  type KPromise,
  type KRef,
  type Message,
  type NumberedDelivery,
  type VatDeliveryObject,
  type VatID,
  type VRef,
} from '@cooperage/types';
import { allowanceOf } from '../meters/allowance.js';
import type { InboxWork } from '../tables/deliveries/inboxes.js';
import type { KernelTables } from '../tables/kernel-tables.js';

/**
 * Deliveries that were handed out to a vat whose heap is given up in an upgrade: none of their records was retired,
 * so that none of them has happened. They are parked while the new incarnation starts. Where it does, they go back
 * into the inbox, before all that waits there; where it does not, they are out again.
 */
export interface ParkedDeliveries {
  /** @returns the newest delivery whose record is retired */
  park(vatID: VatID): number;
  /** They are out again, behind all other work of the kernel. */
  unpark(vatID: VatID, acked: number): void;
  /**
   * Puts them back into the inbox, in references of the kernel. What cannot be delivered to another incarnation (a
   * message to a promise that the old one decided) stays for the end of the old one to reject.
   * @returns the promises that they named to the vat
   */
  putBack(vatID: VatID, acked: number): readonly VRef[];
  /**
   * Deletes the names of these promises that the vat was never told, now that the old incarnation is disconnected.
   * @param awaited promises that have just been rejected and of which the vat is still to be told
   */
  forgetNames(vatID: VatID, named: readonly VRef[], awaited: readonly KPromise[]): void;
}

const deliveryOf = (text: string): VatDeliveryObject =>
  (JSON.parse(text) as NumberedDelivery).delivery;

/** The promises that a delivery names, in the order in which they were translated. */
const promisesIn = (delivery: VatDeliveryObject): VRef[] => {
  const named = (): VRef[] => {
    switch (delivery[0]) {
      case 'message': {
        const [, target, { methargs, result }] = delivery;
        return [target, ...methargs.slots, ...(result === null ? [] : [result])];
      }
      case 'notify':
        return delivery[1].flatMap(([vpid, , { slots }]) => [vpid, ...slots]);
      case 'startVat':
        return [...delivery[1].slots];
      case 'dropExports':
      case 'retireExports':
      case 'retireImports':
      case 'stopVat':
      case 'bringOutYourDead':
      case 'changeVatOptions':
        return [];
      default:
        return delivery satisfies never;
    }
  };
  return named().filter(isPromiseRef);
};

const newsIn = (delivery: VatDeliveryObject): VRef[] =>
  delivery[0] === 'notify' ? delivery[1].map(([vpid]) => vpid) : [];

export const makeParkedDeliveries = (tables: KernelTables): ParkedDeliveries => {
  const { cLists, inboxes, promises, references, windows } = tables;

  const krefOf = (vatID: VatID, vref: VRef): KRef | undefined => cLists.toKernel(vatID, vref)?.kref;

  const remember = (vatID: VatID, vref: VRef): void => {
    const kref = krefOf(vatID, vref);
    if (kref !== undefined) cLists.rememberToVat(vatID, kref, vref);
  };

  const forget = (vatID: VatID, vref: VRef): void => {
    const kref = krefOf(vatID, vref);
    if (kref !== undefined && cLists.toVat(vatID, kref) === vref) cLists.forgetToVat(vatID, kref);
  };

  const toKernel = (vatID: VatID, { methargs, result }: Message<VRef>) => {
    const slots = methargs.slots.map((slot) => krefOf(vatID, slot));
    // The vat has abandoned an export since.
    if (slots.includes(undefined)) return undefined;
    const kp = result === null ? undefined : (krefOf(vatID, result) as KPromise | undefined);
    return {
      methargs: { body: methargs.body, slots: slots as KRef[] },
      result: kp === undefined || promises.get(kp).state !== 'unresolved' ? null : kp,
    };
  };

  /** No vat decides the result while the message waits in the kernel. */
  const messageAgain = (vatID: VatID, to: VRef, message: Message<VRef>): InboxWork[] => {
    const target = krefOf(vatID, to);
    const carried = toKernel(vatID, message);
    if (target === undefined || isPromiseRef(target) || carried === undefined) return [];
    const { result } = carried;
    if (result !== null) promises.put(result, { ...promises.get(result), decider: undefined });
    references.retain(target);
    references.retainMessage(carried);
    return [['message', target as KObject, carried]];
  };

  /** No vat has been told yet. */
  const collectAgain = (vatID: VatID, vrefs: readonly VRef[]): KObject[] =>
    vrefs.flatMap((vref) => {
      const entry = cLists.toKernel(vatID, vref);
      if (entry === undefined) return [];
      entry.dropping = 0;
      entry.retiring = 0;
      cLists.put(vatID, vref, entry);
      return isKObject(entry.kref) ? [entry.kref] : [];
    });

  const again = (vatID: VatID, delivery: VatDeliveryObject): InboxWork[] => {
    switch (delivery[0]) {
      case 'message':
        return messageAgain(vatID, delivery[1], delivery[2]);
      case 'notify':
        return newsIn(delivery).flatMap((vpid) => {
          const kref = krefOf(vatID, vpid);
          return kref !== undefined && isKPromise(kref) ? [['notify', kref] as const] : [];
        });
      case 'dropExports':
      case 'retireExports':
        collectAgain(vatID, delivery[1]).forEach((ko) => references.recheck(ko));
        return [];
      case 'retireImports':
        return [['retireImports', collectAgain(vatID, delivery[1])]];
      case 'startVat':
      case 'stopVat':
      case 'bringOutYourDead':
      case 'changeVatOptions':
        // These concern the old heap only.
        return [];
      default:
        return delivery satisfies never;
    }
  };

  const listDeliveries = (vatID: VatID, acked: number): VatDeliveryObject[] =>
    windows.listParked(vatID, acked).map(([, { text }]) => deliveryOf(text));

  return {
    park: (vatID) => {
      for (const { issue } of windows.list(vatID)) inboxes.close(issue);
      const acked = windows.park(vatID);
      // The vat has not heard the news: a promise has the name that it knows.
      for (const delivery of listDeliveries(vatID, acked).reverse()) {
        for (const vpid of newsIn(delivery)) remember(vatID, vpid);
      }
      return acked;
    },
    unpark: (vatID, acked) => {
      for (const delivery of listDeliveries(vatID, acked)) {
        for (const vref of promisesIn(delivery)) remember(vatID, vref);
        for (const vpid of newsIn(delivery)) forget(vatID, vpid);
      }
      windows.unpark(vatID, acked);
      windows.list(vatID).forEach((_, i) => {
        windows.renew(vatID, acked + 1 + i, inboxes.issueTo(vatID), allowanceOf(tables, vatID));
      });
      inboxes.postpone(vatID);
    },
    putBack: (vatID, acked) => {
      const work: InboxWork[] = [];
      const named = new Set<VRef>();
      for (const [n, { text }] of windows.listParked(vatID, acked)) {
        const delivery = deliveryOf(text);
        for (const each of again(vatID, delivery)) work.push(each);
        for (const vref of promisesIn(delivery)) named.add(vref);
        windows.forget(vatID, n);
      }
      inboxes.prepend(vatID, work);
      return [...named];
    },
    forgetNames: (vatID, named, awaited) => {
      const startVat = windows.delivered(vatID);
      const toBeTold = new Set<KRef>(awaited);
      for (const { work } of inboxes.list(vatID)) if (work[0] === 'notify') toBeTold.add(work[1]);
      for (const vref of named) {
        const entry = cLists.toKernel(vatID, vref);
        if (entry === undefined || entry.named === startVat) continue;
        const kp = entry.kref as KPromise;
        const isKnown = toBeTold.has(kp) || promises.get(kp).subscribers.includes(vatID);
        if (!isKnown || cLists.toVat(vatID, kp) !== vref) cLists.delete(vatID, vref, entry);
      }
    },
  };
};
