import { readFileSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { checkMetaPages } from '../check/check-data-file.js';
import { writeFileAtomically } from './durable-files.js';

/**
 * A file that a close leaves behind and an open takes away. It says how the
 * data file was left: as long as that is how it is, nobody wrote to it since,
 * and it need not be looked through.
 */
export const markOf = (directory: string): string => join(directory, 'closed-clean');

/** The time of the last change of anything cannot be set back, as that of the last write can. */
const stateOf = async (dataFile: string): Promise<string> => {
  const { mtimeMs, ctimeMs } = statSync(dataFile);
  return `${await checkMetaPages(dataFile)} ${mtimeMs} ${ctimeMs}`;
};

/** Whether the data file is as the last close left it. */
export const wasClosedClean = async (directory: string, dataFile: string): Promise<boolean> => {
  let mark: string;
  try {
    mark = readFileSync(markOf(directory), 'utf8');
  } catch {
    return false;
  }
  return mark === (await stateOf(dataFile));
};

export const markClean = async (directory: string, dataFile: string): Promise<void> =>
  writeFileAtomically(markOf(directory), await stateOf(dataFile));

/** Need not be durable: what is written next makes the mark untrue. */
export const removeMark = (directory: string): Promise<void> =>
  rm(markOf(directory), { force: true });
