import type { KernelTables } from '../../tables/kernel-tables.js';
import { keys } from '../../tables/schema.js';
import type { KObject, KPromise } from '@cooperage/types';
import type { Counted } from './counted.js';

/**
 * Each object and promise of the host's process exists, and no other is marked as one. Each promise that the process
 * settles is referenced.
 */
export const checkHosted = (
  { hosted, hostNames, objects, promises, rows }: KernelTables,
  report: (key: string, problem: string) => void,
  counted: Counted,
): void => {
  const services = new Set([...hostNames.list('service')].map(([, kref]) => kref));
  for (const kref of hosted.list()) {
    if (kref.startsWith('ko')) {
      if (objects.find(kref as KObject)?.owner !== 'host') {
        report(keys.hosted(kref), 'it is not an object of the host');
      }
      if (services.has(kref))
        report(keys.hosted(kref), 'it is a service, and services do not break');
      continue;
    }
    counted.retain(kref);
    const row = promises.find(kref as KPromise);
    if (row?.state !== 'unresolved' || row.decider !== 'host') {
      report(keys.hosted(kref), 'it is not a promise that the host decides');
    }
  }
  for (const key of rows.keys('ko', 'kp')) {
    const ko = key as KObject;
    if (objects.get(ko).owner !== 'host' || services.has(ko) || hosted.has(ko)) continue;
    report(
      ko,
      'it is an object of the host, but neither a service nor in the list of those that break',
    );
  }
};
