import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { KEYS_END } from '@cooperage/types';
import { describe, expect, it } from 'vitest';
import { openLmdbBackend, openLmdbView } from '../src/index.js';
import { temporaryFolder } from './helpers/temporary-folder.js';

describe('a view from another process', () => {
  it('shows a group whole or not at all while a store is written to, and takes no lock', async () => {
    const folder = temporaryFolder();
    await (await openLmdbBackend(folder)).close();
    // Each group writes its number into all of a hundred rows.
    const child = spawn(process.execPath, [
      join(import.meta.dirname, 'helpers', 'grow-rows.mjs'),
      folder,
    ]);
    const ended = once(child, 'close');
    try {
      await once(child.stdout, 'data');
      const seen = new Set<number>();
      for (let i = 0; i < 30; i += 1) {
        const view = await openLmdbView(folder);
        const values = new Set([...view.keys('', KEYS_END)].map((key) => view.get(key)));
        // Read twice with time between: what is committed meanwhile does not show.
        await new Promise((resolve) => setTimeout(resolve, 10));
        for (const key of view.keys('', KEYS_END)) values.add(view.get(key));
        expect(values.size).toBe(1);
        expect([...values][0]).toBe(String(view.committed));
        seen.add(view.committed);
        await view.release();
      }
      expect(seen.size).toBeGreaterThan(2);
      await expect(openLmdbBackend(folder)).rejects.toMatchObject({ code: 'STORE_LOCKED' });
    } finally {
      child.kill();
      await ended;
    }
  });

  it('of what is no store is an error that says so', async () => {
    const folder = temporaryFolder();
    await expect(openLmdbView(join(folder, 'none'))).rejects.toMatchObject({
      code: 'BAD_ARGUMENT',
    });
  });
});
