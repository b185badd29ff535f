import type { Uncollected, VatUpgrade } from '../../kernel-api.js';
import { formatTable } from './table.js';
import { countOf, cut, harmless } from './words.js';

/** What it means for a vat that its old heap took no part. */
const withoutHeap = (uncollected: Uncollected | undefined): string => {
  if (uncollected === undefined) return '';
  const { deliveries, objects } = uncollected;
  return `, without its old heap: ${countOf(objects, 'durable object')} without references, and the garbage of ${countOf(deliveries, 'delivery', 'deliveries')}, cannot be collected`;
};

export const formatUpgrades = (upgrades: readonly VatUpgrade[], width: number): string[] =>
  upgrades.length === 0
    ? ['no vat runs this bundle']
    : formatTable(
        ['vat', 'name', 'outcome', ''],
        upgrades.map((each) => [
          each.vatID,
          harmless(each.name),
          each.outcome,
          'reason' in each
            ? cut(harmless(each.reason), Math.max(40, width - 30))
            : `incarnation ${each.incarnationNumber}${withoutHeap(each.uncollected)}`,
        ]),
      );
