import type { KernelTables } from '../../tables/kernel-tables.js';
import { keys } from '../../tables/schema.js';
import { isVatID, type VatID } from '@cooperage/types';
import type { Receiver } from '../../tables/deliveries/back-pressure.js';

/**
 * A slowed vat and the vat that it waits for have rows for each other, the inbox is a reason to wait, and no vat
 * waits for itself.
 */
export const checkBackPressure = (
  { backPressure, vats }: KernelTables,
  report: (key: string, problem: string) => void,
  vatID: VatID,
): void => {
  for (const sender of backPressure.senders(vatID)) {
    if (backPressure.receiver(sender) !== vatID) {
      report(keys.slows(vatID), `${sender} is not slowed by this vat`);
      return;
    }
  }
  const receiver = backPressure.receiver(vatID);
  if (receiver === undefined) return;
  const key = keys.waits(vatID);
  if (isVatID(receiver) && !vats.isAlive(receiver)) {
    report(key, `${receiver} is not alive`);
    return;
  }
  if (!backPressure.senders(receiver).includes(vatID)) report(key, `${receiver} has no row for it`);
  const chain = new Set<VatID>([vatID]);
  let at: Receiver | undefined = receiver;
  for (; at !== undefined && isVatID(at); at = backPressure.receiver(at)) {
    if (chain.has(at)) {
      report(key, 'it waits for its own inbox, directly or through other vats');
      return;
    }
    chain.add(at);
  }
};
