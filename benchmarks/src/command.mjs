/** What the commands of this folder have in common. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

/** Progress, and what is wrong: to standard error, so that figures can be piped. */
export const say = (line) => process.stderr.write(`${line}\n`);

/** Ends the process: the command was not given as it should be. */
export const usageError = (line) => {
  say(`${line}; --help shows what there is`);
  process.exit(2);
};

/**
 * The options and names that the command was given. `--help` prints the help and ends the process.
 * @param {string} help
 * @param {object} options as `parseArgs` of Node takes them, without `help`
 */
export const parseCommand = (help, options) => {
  let parsed;
  try {
    const all = { ...options, help: { type: 'boolean', default: false } };
    parsed = parseArgs({ allowPositionals: true, options: all });
  } catch (thrown) {
    usageError(thrown.message.split('. ')[0]);
  }
  if (parsed.values.help) {
    process.stdout.write(help);
    process.exit(0);
  }
  return parsed;
};

/**
 * Figures that a command has printed with `--json`.
 * @param {string} list the list that they must have
 */
export const readFigures = (path, list) => {
  let figures;
  try {
    figures = JSON.parse(readFileSync(resolve(path), 'utf8'));
  } catch (thrown) {
    usageError(`${path} cannot be read as figures: ${thrown.message}`);
  }
  const found = figures?.[list];
  if (!Array.isArray(found) || found.length === 0) {
    usageError(`${path} holds no figures: it has no "${list}"`);
  }
  return figures;
};
