import { PGlite } from '@electric-sql/pglite';
import { afterAll } from 'vitest';
import type { Connect } from '../../src/index.js';

/** PostgreSQL in WebAssembly: in memory, on every platform. Connections to it share one session. */
export const startInProcess = async (): Promise<Connect> => {
  const database = await PGlite.create();
  afterAll(() => database.close());
  return async () => ({
    query: async ({ text }, values = []) => {
      const { rows } = await database.query<Record<string, unknown>>(text, [...values]);
      return rows;
    },
    script: async (text) => void (await database.exec(text)),
    // Each listens for itself, as sessions of a server do.
    onNotification: (listener) => void database.onNotification(listener),
    onEnd: () => undefined,
    close: async () => undefined,
    destroy: () => undefined,
  });
};
