/** The lines of a source around the place that an error names. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const AROUND = 2;
const PLACE = /^(.+?):(\d+)(?::(\d+))?(?=[: ])/;

/** @returns no lines where the message names no place in a file that can be read */
export const codeFrame = (message: string): readonly string[] => {
  const [, file = '', lineText = '', columnText] = PLACE.exec(message) ?? [];
  const path = resolve(file);
  if (file === '' || !existsSync(path)) return [];
  const line = Number(lineText);
  const lines = readFileSync(path, 'utf8').split(/\r?\n/);
  const first = Math.max(1, line - AROUND);
  const last = Math.min(lines.length, line + AROUND);
  const width = String(last).length;
  return Array.from({ length: last - first + 1 }, (_, i) => first + i).flatMap((n) => {
    const shown = `${n === line ? '>' : ' '} ${String(n).padStart(width)} | ${lines[n - 1] ?? ''}`;
    if (n !== line || columnText === undefined) return [shown];
    return [shown, `  ${' '.repeat(width)} | ${' '.repeat(Math.max(0, Number(columnText) - 1))}^`];
  });
};
