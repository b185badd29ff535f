import type { SentMeter } from '../../control/looks.js';
import { formatTable } from './table.js';
import { harmless } from './words.js';

export const formatMeters = (meters: readonly SentMeter[]): string[] =>
  meters.length === 0
    ? ['no meters']
    : formatTable(
        ['meter', 'name', 'left', 'threshold', 'vats'],
        meters.map(({ meter, name, remaining, threshold, vats }) => [
          meter,
          harmless(name ?? '-'),
          BigInt(remaining).toLocaleString('en-US'),
          BigInt(threshold).toLocaleString('en-US'),
          vats
            .map(({ vatID, name: vat, isSuspended }) =>
              harmless(`${vatID} ${vat}${isSuspended ? ' (suspended)' : ''}`),
            )
            .join(', ') || 'none',
        ]),
      );
