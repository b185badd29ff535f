import type { KernelTables } from '../../tables/kernel-tables.js';
import { keys } from '../../tables/schema.js';
import type { KObject, KPromise } from '@cooperage/types';
import type { Counted } from './counted.js';

/** What the host's process answers for is there, and nothing else is said to be; a promise that it settles is held. */
export const checkHosted = (
  { hosted, names, objects, promises, rows }: KernelTables,
  report: (key: string, problem: string) => void,
  counted: Counted,
): void => {
  const services = new Set([...names.list('service')].map(([, kref]) => kref));
  for (const kref of hosted.list()) {
    if (kref.startsWith('ko')) {
      if (objects.find(kref as KObject)?.owner !== 'host') {
        report(keys.hosted(kref), 'no object of the host');
      }
      if (services.has(kref)) report(keys.hosted(kref), 'a service, which does not break');
      continue;
    }
    counted.retain(kref);
    const row = promises.find(kref as KPromise);
    if (row?.state !== 'unresolved' || row.decider !== 'host') {
      report(keys.hosted(kref), 'no promise that the host decides');
    }
  }
  for (const key of rows.keys('ko', 'kp')) {
    const ko = key as KObject;
    if (objects.get(ko).owner !== 'host' || services.has(ko) || hosted.has(ko)) continue;
    report(ko, 'an object of the host that is no service and is not said to break');
  }
};
