import { readFileSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { checkMetaPages } from './data-file-check.js';
import { writeFileAtomically } from './durable-files.js';

/**
 * A file that a close leaves behind and an open takes away. It says how the
 * data file was left: as long as that is how it is, nobody wrote to it since,
 * and it need not be looked through.
 */
export const markOf = (directory: string): string => join(directory, 'closed-clean');

const stateOf = (dataFile: string): string =>
  `${checkMetaPages(dataFile)} ${statSync(dataFile).mtimeMs}`;

/** Whether the data file is as the last close left it. */
export const wasClosedClean = (directory: string, dataFile: string): boolean => {
  let mark: string;
  try {
    mark = readFileSync(markOf(directory), 'utf8');
  } catch {
    return false;
  }
  return mark === stateOf(dataFile);
};

export const markClean = (directory: string, dataFile: string): Promise<void> =>
  writeFileAtomically(markOf(directory), stateOf(dataFile));

/** Need not be durable: what is written next makes the mark untrue. */
export const removeMark = (directory: string): Promise<void> =>
  rm(markOf(directory), { force: true });
