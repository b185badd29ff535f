/** What may differ between two liveslots that do the same. */
import type { VatSyscallObject } from '@cooperage/types';

/** Reads of the vatstore, and how often a row is written within a crank, are nobody's business. */
export const normalise = (log: readonly VatSyscallObject[]): unknown[] => {
  const rows: Record<string, string | null> = {};
  const rest: unknown[] = [];
  for (const syscall of log) {
    switch (syscall[0]) {
      case 'vatstoreGet':
      case 'vatstoreGetNextKey':
        break;
      case 'vatstoreSet':
        if (syscall[1] !== 'idCounters') rows[syscall[1]] = syscall[2];
        break;
      case 'vatstoreDelete':
        rows[syscall[1]] = null;
        break;
      default:
        // Ours does not tell user code, nor by it the world, the vref of a presence without interface.
        rest.push(JSON.parse(JSON.stringify(syscall).replace(/(Alleged: presence) o-\d+/g, '$1')));
    }
  }
  return [...rest, rows];
};
