/** The problems of a store, what each affects, and how to repair it. */
import type { Repair, StoreCheck } from '@cooperage/tools';
import { countOf, harmless } from './words.js';

const formatRepair = ({
  key,
  problem,
  row,
  vats,
  references,
  effect,
  remedy,
}: Repair): string[] => [
  `${key}: ${problem}`,
  ...(row === null ? [] : [`  the row: ${row}`]),
  ...(vats.length === 0
    ? []
    : [`  vats: ${vats.map(({ vatID, name }) => `${vatID} (${name})`).join(', ')}`]),
  ...(references.length === 0 ? [] : [`  references: ${references.join(', ')}`]),
  `  effect: ${effect}`,
  `  repair: ${remedy}`,
];

export const formatRepairs = (
  { vats, bundles }: StoreCheck,
  repairs: readonly Repair[],
): string[] =>
  [
    ...repairs.flatMap(formatRepair),
    `${countOf(vats, 'vat')} and ${countOf(bundles, 'bundle')} checked: ${
      repairs.length === 0
        ? 'no problems'
        : `${countOf(repairs.length, 'problem')}; nothing was changed`
    }`,
  ].map(harmless);
