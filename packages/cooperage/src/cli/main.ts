#!/usr/bin/env node
/** The program: arguments in, an exit code out. Started by `bin/cooperage.js`. */
import { readFileSync } from 'node:fs';
import { runProgram } from './program.js';
import { makeTerminal } from './terminal.js';

const { version } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as { version: string };

// The reader of the output may have closed the pipe.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1);
});

process.exitCode = await runProgram(process.argv.slice(2), {
  terminal: makeTerminal(process.stdout, process.stderr),
  version,
  env: process.env,
});
