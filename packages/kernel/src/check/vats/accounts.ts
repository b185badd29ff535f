import { keys } from '../../tables/schema.js';
import type { KernelTables } from '../../tables/kernel-tables.js';
import { DEFAULTS } from '@cooperage/types';

/** Each account is charged for its own vats and for those of its descendant accounts. */
export const checkAccounts = (
  tables: KernelTables,
  report: (key: string, problem: string) => void,
): void => {
  const accounts = new Map(tables.accounts.list());
  const used = new Map<number, { vats: number; memory: number }>();
  for (const vatID of tables.vats.list()) {
    const { account, memoryLimit = DEFAULTS.memoryLimit } = tables.vats.options(vatID);
    for (let each = account; each !== undefined; each = accounts.get(each)?.parent) {
      if (!accounts.has(each))
        report(keys.account(each), `the row is missing, and ${vatID} is charged to it`);
      const { vats, memory } = used.get(each) ?? { vats: 0, memory: 0 };
      used.set(each, { vats: vats + 1, memory: memory + memoryLimit });
    }
  }
  for (const [number, { vats, memory, vatQuota, memoryQuota = Infinity }] of accounts) {
    const really = used.get(number);
    if (really?.vats !== vats || really.memory !== memory) {
      report(
        keys.account(number),
        `${vats} vats, ${memory} bytes; its vats use ${JSON.stringify(really)}`,
      );
    }
    if (vats > vatQuota || memory > memoryQuota) report(keys.account(number), 'over its quota');
  }
};
