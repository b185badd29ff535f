import { messageOf } from '@cooperage/types';
import type { CooperageKernel, UpgradeVatRequest, VatUpgrade } from '../kernel-api.js';
import { findVat } from '@cooperage/tools';
import { makeKernelTables } from '@cooperage/kernel';
import { isRejection } from '../host/rejections/rejections.js';

/** Upgrades one vat: what is wrong with the request is thrown, what becomes of the upgrade is reported. */
export const upgradeAndReport = async (
  kernel: CooperageKernel,
  vat: string,
  request: UpgradeVatRequest,
): Promise<VatUpgrade> => {
  const tables = makeKernelTables(kernel.store.tables);
  const vatID = findVat(tables, vat);
  const { name } = tables.vats.options(vatID);
  try {
    return { vatID, name, outcome: 'upgraded', ...(await kernel.upgradeVat(vat, request)) };
  } catch (error) {
    if (!isRejection(error)) throw error;
    const outcome = tables.vats.isAlive(vatID) ? 'rolled back' : 'ended';
    return { vatID, name, outcome, reason: messageOf(error) };
  }
};
