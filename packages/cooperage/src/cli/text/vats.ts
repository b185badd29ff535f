import type { VatList } from '@cooperage/tools';
import { formatBlockedVats } from './blocked.js';
import { formatTable } from './table.js';
import { cut, harmless } from './words.js';

export const formatVats = ({ vats, ended }: VatList, width: number): string[] => {
  const lines =
    vats.length === 0
      ? ['no vats']
      : formatTable(
          ['vat', 'name', 'state', 'cranks', 'inbox', 'out', 'window', 'thread', 'made by'],
          vats.map((vat) => [
            vat.vatID,
            harmless(vat.name),
            vat.state,
            vat.cranks,
            vat.inbox,
            vat.out,
            vat.window,
            vat.ownThread ? 'own' : 'shared',
            vat.isStatic ? 'config' : 'a vat or the host',
          ]),
        );
  const blocked = formatBlockedVats(vats);
  if (blocked.length > 0) lines.push('', ...blocked.map((line) => cut(line, Math.max(160, width))));
  if (ended.length === 0) return lines;
  return [
    ...lines,
    '',
    ...formatTable(
      ['ended', 'name', 'how', 'reason'],
      ended.map((vat) => [
        vat.vatID,
        harmless(vat.name),
        vat.isFailure ? 'failed' : 'done',
        cut(harmless(vat.reason), Math.max(40, width - 30)),
      ]),
    ),
  ];
};
