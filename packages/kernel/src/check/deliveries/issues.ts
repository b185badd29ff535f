import { keys } from '../../tables/schema.js';
import type { VatID } from '@cooperage/types';
import type { Check } from '../context.js';

/** Each delivery has its row in the kernel-wide order of issue numbers. */
export const checkIssues = ({ rows, tables, report }: Check, open: Map<number, VatID>): void => {
  for (const key of rows.keys('q.', 'q/')) {
    const issue = parseInt(key.slice(2), 36);
    if (open.get(issue) !== rows.get(key)) report(key, 'no delivery of the vat has this number');
    open.delete(issue);
  }
  for (const [issue, vatID] of open)
    report(keys.issue(issue), `the row is missing, and ${vatID} has this issue number`);
  const retired = tables.counters.read('k.retired');
  const last = tables.counters.read('k.issue');
  const isPaused = (key: string): boolean => tables.isPaused(rows.get(key) as VatID);
  for (const key of rows.keys('q.', keys.issue(retired + 1))) {
    if (!isPaused(key)) report(key, 'below the oldest');
  }
  const next = keys.issue(retired + 1);
  if (retired < last && (!rows.has(next) || isPaused(next))) {
    report('k.retired', `issue number ${retired + 1} is closed, too`);
  }
};
