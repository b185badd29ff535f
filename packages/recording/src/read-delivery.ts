import type { KernelTables } from '@cooperage/kernel';
import {
  type CapData,
  type DeliveryNumber,
  type DeliveryTag,
  formatCall,
  type KPromise,
  type KRef,
  type NumberedDelivery,
  type VatID,
  type VRef,
} from '@cooperage/types';
import type { Delivery, Party } from './recording.js';

export interface Surroundings {
  readonly handedOutIn: number;
  readonly issuedIn: (issue: number) => number;
  /** The crank in which a promise was made, where it is known. */
  readonly sentIn: (kp: KPromise, otherwise: number) => number;
  readonly senderOf: (crank: number) => Party;
}

/** A delivery that is out, with krefs for the names that the vat has. */
export const readDelivery = (
  tables: KernelTables,
  vatID: VatID,
  n: number,
  { handedOutIn, issuedIn, sentIn, senderOf }: Surroundings,
): Delivery | undefined => {
  const row = tables.windows.find(vatID, n as DeliveryNumber);
  if (row === undefined) return undefined;
  const { delivery } = JSON.parse(row.text) as NumberedDelivery;
  const krefOf = (vref: VRef): KRef => tables.cLists.toKernel(vatID, vref)?.kref ?? (vref as never);
  const issued = issuedIn(row.issue);
  const about = {
    issue: row.issue,
    vatID,
    kind: row.tag as DeliveryTag,
    issuedIn: issued,
    handedOutIn,
    n,
  };
  if (delivery[0] === 'notify') {
    return { ...about, promises: delivery[1].map(([vpid]) => krefOf(vpid) as KPromise) };
  }
  if (delivery[0] !== 'message') return about;
  const [, target, { methargs, result }] = delivery;
  const args: CapData<KRef> = { body: methargs.body, slots: methargs.slots.map(krefOf) };
  const call = formatCall(args);
  const kp = typeof result === 'string' ? (krefOf(result) as KPromise) : undefined;
  const sent = kp === undefined ? issued : sentIn(kp, issued);
  return {
    ...about,
    message: {
      target: krefOf(target),
      call,
      method: call.slice(0, Math.max(0, call.indexOf('('))),
      args,
      ...(kp !== undefined && { result: kp }),
      from: senderOf(sent),
      sentIn: sent,
    },
  };
};
