/** What only circles across vats keep. */
import type { GarbageCircle, GarbageLink, GarbageReport } from '@cooperage/tools';
import { countOf, cut, harmless } from './words.js';

const formatLink = ({ from, to, vatID, fromVRef, toVRef, rows }: GarbageLink): string =>
  `  ${from} -> ${to}: in ${vatID}, ${fromVRef} holds ${toVRef} ${
    rows === undefined ? 'in memory' : `by ${rows.join(', ')}`
  }`;

const formatCircle = (circle: GarbageCircle): string[] => [
  `${circle.rank}: ${circle.objects.map(({ kref, vatID, vref }) => `${kref} (${vatID} ${vref})`).join(', ')}`,
  ...circle.links.map(formatLink),
];

export const formatGarbage = (report: GarbageReport, width: number): string[] => {
  const { circles, heldByCircles, unasked, suspects, questions } = report;
  const lines = [
    ...circles.flatMap(formatCircle),
    ...(heldByCircles.length === 0 ? [] : [`retained by them: ${heldByCircles.join(', ')}`]),
    ...(unasked.length === 0
      ? []
      : [`not asked, because a delivery is on its way to them: ${unasked.join(', ')}`]),
    `${countOf(suspects, 'object')} retained by vats only, vats asked ${countOf(questions, 'time')}: ${
      circles.length === 0 ? 'no circles' : countOf(circles.length, 'circle')
    }`,
  ];
  return lines.map((line) => cut(harmless(line), width));
};
