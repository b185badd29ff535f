import type { ShownMeter } from '../../inspect/inspect.js';
import { formatTable } from './table.js';
import { harmless } from './words.js';

export const formatMeters = (meters: readonly ShownMeter[]): string[] =>
  meters.length === 0
    ? ['no meters']
    : formatTable(
        ['meter', 'name', 'left', 'threshold', 'vats'],
        meters.map(({ meter, name, remaining, threshold, vats }) => [
          meter,
          harmless(name ?? '-'),
          remaining.toLocaleString('en-US'),
          threshold.toLocaleString('en-US'),
          vats
            .map(({ vatID, name: vat, isSuspended }) =>
              harmless(`${vatID} ${vat}${isSuspended ? ' (suspended)' : ''}`),
            )
            .join(', ') || 'none',
        ]),
      );
