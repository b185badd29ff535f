import type { VatUpgrade } from '../../kernel-api.js';
import { formatTable } from './table.js';
import { cut, harmless } from './words.js';

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
            : `incarnation ${each.incarnationNumber}`,
        ]),
      );
