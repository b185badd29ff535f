// Writes the tables of commands and events in the README of `cooperage` from the code.
import { readFileSync, writeFileSync } from 'node:fs';
import { makeProgram } from '../packages/cooperage/dist/cli/program.js';
import {
  commandsTable,
  eventsTable,
  withTable,
} from '../packages/cooperage/dist/cli/text/readme-tables.js';

const read = (path) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const program = makeProgram({ terminal: undefined, version: '' }, async () => undefined);

let page = read('packages/cooperage/README.md');
page = withTable(page, 'commands', commandsTable(program));
page = withTable(page, 'events', eventsTable(read('packages/cooperage/src/host/events.ts')));
writeFileSync(new URL('../packages/cooperage/README.md', import.meta.url), page);
