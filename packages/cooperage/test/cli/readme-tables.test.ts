import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { makeProgram } from '../../src/cli/program.js';
import { commandsTable, eventsTable, withTable } from '../../src/cli/text/readme-tables.js';

const read = (path: string): string =>
  readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const terminal = { out: () => {}, report: () => {}, status: () => {}, width: 80, isColored: false };
const program = makeProgram({ terminal: terminal as never, version: '' }, () => Promise.resolve());

test('the README lists every command as the command line says; if not, run `npm run docs:tables`', () => {
  const page = read('README.md');
  expect(withTable(page, 'commands', commandsTable(program))).toBe(page);
  expect(commandsTable(program)).toContain('| `cooperage show VAT` | ');
});

test('the README lists every event as the code says; if not, run `npm run docs:tables`', () => {
  const page = read('README.md');
  const table = eventsTable(read('src/host/events.ts'));
  expect(withTable(page, 'events', table)).toBe(page);
  for (const row of table.trim().split('\n')) expect(row).toMatch(/^\| .+ \| .+ \|$/);
});
