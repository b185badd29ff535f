import type { TranscriptCrank } from '@cooperage/tools';
import { formatDelivery, formatSyscall } from '@cooperage/tools';
import { cut, harmless } from './words.js';

/** A crank: the delivery, then each syscall under it. */
export const formatCrank = (crank: TranscriptCrank, width: number): string[] => {
  const lines = [
    `#${crank.n} ${crank.delivery[0]} ${formatDelivery(crank.delivery)}`.trimEnd(),
    ...crank.syscalls.map((entry) => `    ${entry[0][0]} ${formatSyscall(entry)}`),
  ];
  if (crank.status[0] === 'error') lines.push(`    failed: ${crank.status[1]}`);
  return lines.map((line) => cut(harmless(line), width));
};
