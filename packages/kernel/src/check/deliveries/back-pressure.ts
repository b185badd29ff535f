import type { KernelTables } from '../../tables/kernel-tables.js';
import { keys } from '../../tables/schema.js';
import type { VatID } from '@cooperage/types';

/** Who waits for an inbox is known at both ends, has a reason, and does not wait for itself. */
export const checkBackPressure = (
  { backPressure, vats }: KernelTables,
  report: (key: string, problem: string) => void,
  vatID: VatID,
): void => {
  for (const sender of backPressure.senders(vatID)) {
    if (backPressure.receiver(sender) !== vatID) {
      report(keys.slows(vatID), `${sender} does not wait for this vat`);
      return;
    }
  }
  const receiver = backPressure.receiver(vatID);
  if (receiver === undefined) return;
  const key = keys.waits(vatID);
  if (!vats.isAlive(receiver)) {
    report(key, `${receiver} is not alive`);
    return;
  }
  if (!backPressure.senders(receiver).includes(vatID)) report(key, `${receiver} does not know`);
  const chain = new Set<VatID>([vatID]);
  for (let at = backPressure.receiver(vatID); at !== undefined; at = backPressure.receiver(at)) {
    if (chain.has(at)) {
      report(key, 'in the end the vat waits for itself');
      return;
    }
    chain.add(at);
  }
};
