import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A disk in memory where there is one: what is proved here does not depend on the disk. */
export const temporaryDisk = (): string => (existsSync('/dev/shm') ? '/dev/shm' : tmpdir());

export const makeTemporaryFolder = (): string =>
  mkdtempSync(join(temporaryDisk(), 'cooperage-postgres-'));

/** A folder that is gone when the test is over. */
export const temporaryFolder = (): string => {
  const folder = makeTemporaryFolder();
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};
