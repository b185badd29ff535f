/** What may differ between two liveslots that do the same. */
import type { VatSyscallObject } from '@cooperage/types';
import type { FakeVatstore } from './fake-kernel.js';

/**
 * Ours calls a presence as it was first called; the published one by its vref, if it comes back from a
 * key of a collection after it was collected. (What is imported here is called `i`.)
 */
export const withoutVrefNames = (text: string): string =>
  text.replace(/Alleged: (?:presence(?: o-\d+)?|i)\b/g, 'Alleged: presence');

/**
 * The syscalls of a crank in order, and last what became of the vatstore. What is read there, in which
 * order rows are written and how often, is nobody's business.
 */
export const normalise = (log: readonly VatSyscallObject[], store: FakeVatstore): unknown[] => {
  const rest: unknown[] = [];
  for (const syscall of log) {
    if (syscall[0].startsWith('vatstore')) continue;
    rest.push(JSON.parse(withoutVrefNames(JSON.stringify(syscall))));
  }
  const rows: Record<string, string | null> = {};
  for (const [key, before] of [...store.takeBefore()].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const after = store.get(key);
    if (after !== before) rows[key] = after === undefined ? null : withoutVrefNames(after);
  }
  return [...rest, rows];
};
