/** What only cycles across vats keep. */
import type { GarbageCycle, GarbageLink, GarbageReport } from '@cooperage/tools';
import { countOf, cut, harmless } from './words.js';

const formatLink = ({ from, to, vatID, fromVRef, toVRef, rows }: GarbageLink): string =>
  `  ${from} -> ${to}: in ${vatID}, ${fromVRef} holds ${toVRef} ${
    rows === undefined ? 'in memory' : `by ${rows.join(', ')}`
  }`;

const formatCycle = (cycle: GarbageCycle): string[] => [
  `${cycle.rank}: ${cycle.objects.map(({ kref, vatID, vref }) => `${kref} (${vatID} ${vref})`).join(', ')}`,
  ...cycle.links.map(formatLink),
];

export const formatGarbage = (report: GarbageReport, width: number): string[] => {
  const { cycles, heldByCycles, unasked, suspects, questions } = report;
  const lines = [
    ...cycles.flatMap(formatCycle),
    ...(heldByCycles.length === 0 ? [] : [`retained by them: ${heldByCycles.join(', ')}`]),
    ...(unasked.length === 0
      ? []
      : [`not asked, because a delivery is on its way to them: ${unasked.join(', ')}`]),
    `${countOf(suspects, 'object')} retained by vats only, vats asked ${countOf(questions, 'time')}: ${
      cycles.length === 0 ? 'no cycles' : countOf(cycles.length, 'cycle')
    }`,
  ];
  return lines.map((line) => cut(harmless(line), width));
};
