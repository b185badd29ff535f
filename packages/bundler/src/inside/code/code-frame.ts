/** Lines of a source around a place in it, as people want to see it. */

import type { Place } from '../../trace.js';

const CONTEXT = 2;
const WIDTH = 160;

export const placeAt = (text: string, offset: number): Place => {
  const before = text.slice(0, offset);
  const start = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: before.length - start + 1 };
};

export const codeFrame = (text: string, { line, column }: Place): string => {
  const lines = text.split(/\r?\n/);
  const first = Math.max(1, line - CONTEXT);
  const last = Math.min(lines.length, line + CONTEXT);
  const digits = `${last}`.length;
  // What is minified stands on one line: the part around the place is shown.
  const cut = column > WIDTH - 20 ? column - WIDTH / 2 : 0;
  const shown: string[] = [];
  for (let at = first; at <= last; at += 1) {
    const source = (lines[at - 1] as string).slice(cut, cut + WIDTH).replaceAll('\t', ' ');
    shown.push(`${at === line ? '>' : ' '} ${`${at}`.padStart(digits)} | ${source}`.trimEnd());
    if (at === line) {
      shown.push(`  ${' '.repeat(digits)} | ${' '.repeat(Math.max(0, column - 1 - cut))}^`);
    }
  }
  return shown.join('\n');
};
