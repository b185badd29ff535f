import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/**
 * A disk in memory where there is one. A process that is killed leaves the page cache behind, so nothing here
 * proves more on a real disk, and waiting for one that is busy would take most of the time.
 */
const DISK = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

export const makeTemporaryFolder = (): string => mkdtempSync(join(DISK, 'cooperage-store-'));

/** A folder that is gone when the test is over. */
export const temporaryFolder = (): string => {
  const folder = makeTemporaryFolder();
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};
