import type { KernelResolution, KPromise } from '@cooperage/types';
import { isObjectRef } from './routing.js';
import type { KernelTables } from './tables/kernel-tables.js';

/**
 * The news of one promise, with that of every resolved promise that its data
 * leads to: told one by one, promises that name each other would be given new
 * names for ever.
 */
export const resolutionsFrom = (tables: KernelTables, start: KPromise): KernelResolution[] => {
  const { promises } = tables;
  const found = new Map<KPromise, KernelResolution>();
  const queue: KPromise[] = [start];
  for (let kp = queue.shift(); kp !== undefined; kp = queue.shift()) {
    if (found.has(kp)) continue;
    const { state } = promises.get(kp);
    if (state === 'unresolved') continue;
    const data = promises.getData(kp);
    found.set(kp, [kp, { state, data }]);
    for (const slot of data.slots) if (!isObjectRef(slot)) queue.push(slot as KPromise);
  }
  return [...found.values()];
};
