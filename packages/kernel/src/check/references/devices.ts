import type { KernelTables } from '../../tables/kernel-tables.js';
import { rootHeldBy, waitingOnMeter } from '../../tables/references/devices.js';
import type { KObject } from '@cooperage/types';
import type { Counted } from './counted.js';

/** Counts the references of the kernel's own objects, and the meters that vats are charged to. */
export const countHeldByDevices = (
  { hostNames, rows, vats }: KernelTables,
  counted: Counted,
): void => {
  for (const key of rows.keys('device.', 'device/')) {
    const root = rootHeldBy(rows.get(key));
    if (root !== undefined) counted.retain(root);
  }
  for (const key of rows.keys('meter.', 'meter/')) {
    for (const kp of waitingOnMeter(rows.get(key))) counted.retain(kp);
  }
  for (const [, meter] of hostNames.list('meter')) counted.retain(meter as KObject);
  for (const vatID of vats.list()) {
    const { meter } = vats.options(vatID);
    if (meter !== undefined) counted.retain(meter);
  }
};
