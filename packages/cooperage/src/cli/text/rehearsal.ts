/** What vats did on other code. */
import type { SyscallEntry } from '@cooperage/types';
import { formatDelivery, formatSyscall, type Rehearsal } from '@cooperage/tools';
import { countOf, cut, harmless } from './words.js';

/** A syscall as it is written in a divergence: with its answer beside it, where it reads. */
const inWords = (text: string | undefined): string => {
  if (text === undefined) return '(nothing)';
  try {
    const parsed = JSON.parse(text) as SyscallEntry | SyscallEntry[0];
    const entry = (Array.isArray(parsed[0]) ? parsed : [parsed]) as SyscallEntry;
    return `${entry[0][0]} ${formatSyscall(entry)}`;
  } catch {
    return text;
  }
};

const formatUpgrade = ({ upgrade }: Rehearsal): string => {
  if (upgrade.starts) return '  an upgrade to the new code starts';
  const { missingKinds, reason } = upgrade;
  return missingKinds.length === 0
    ? `  an upgrade does not start: ${reason}`
    : `  an upgrade does not start: the new code lacks ${missingKinds.length === 1 ? 'the durable kind' : 'the durable kinds'} ${missingKinds.join(', ')}`;
};

/** With `-` for what the vat did and `+` for what the new code does. Data is cut at the width; why something failed is not. */
export const formatRehearsal = (rehearsal: Rehearsal, width: number): string[] => {
  const { vatID, name, deliveries, outcome, difference, reason } = rehearsal;
  const who = `${vatID} ${name}`;
  const count = countOf(deliveries.to - deliveries.from + 1, 'delivery', 'deliveries');
  const lines =
    difference !== undefined
      ? [
          `${who}: differs at delivery ${difference.n}: ${difference.delivery[0]} ${formatDelivery(difference.delivery)}`.trimEnd(),
          `  syscall ${difference.index + 1}:`,
          `  - ${inWords(difference.expected)}`,
          `  + ${inWords(difference.actual)}`,
        ].map((line) => cut(harmless(line), width))
      : outcome === 'same'
        ? [`${who}: ${count}, the same syscalls`]
        : [`${who}: the new code cannot be run: ${reason ?? ''}`];
  return [...lines, formatUpgrade(rehearsal)].map(harmless);
};
