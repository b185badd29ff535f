/** How the host of a world lets its vats end. */
import type { Host, KernelTables } from '@cooperage/kernel';
import { type CapData, type KObject, ROOT_VREF, type VatID } from '@cooperage/types';

const NOTHING: CapData<never> = { body: '#"#undefined"', slots: [] };

/** The root of a vat, where the kernel may still send to it. */
export const rootOf = (
  { cLists, objects }: Pick<KernelTables, 'cLists' | 'objects'>,
  vatID: VatID,
): KObject | undefined => {
  const entry = cLists.toKernel(vatID, ROOT_VREF);
  if (entry === undefined || !entry.reachable || entry.dropping !== 0) return undefined;
  return objects.get(entry.kref as KObject).owner === vatID ? (entry.kref as KObject) : undefined;
};

export const endVat = ({ vats }: Pick<KernelTables, 'vats'>, host: Host, vatID: VatID): void => {
  if (vats.isAlive(vatID)) host.terminateVat(vatID, false, NOTHING, 'the world ends');
};
