import { KEYS_END } from '@cooperage/types';
import { expect, it } from 'vitest';
import { openLmdbBackend } from '../src/index.js';
import { startChild } from './helpers/child.js';
import { temporaryFolder } from './helpers/temporary-folder.js';

it.each([
  { size: 'small', same: 40, kills: 12, within: 60 },
  // Written by a thread of their own, for some tens of milliseconds each.
  { size: 'large', same: 5_000, kills: 3, within: 100 },
])(
  'a store whose owner is killed among $size groups holds whole ones, and all that were acknowledged',
  async ({ same: rowsOfAll, kills, within }) => {
    const folder = temporaryFolder();
    for (let kill = 0; kill < kills; kill += 1) {
      const child = startChild('grow.mjs', folder, String(rowsOfAll));
      await child.printed('\n');
      // Spread over the moments of a commit, without a clock that a test could not repeat.
      await new Promise((resolve) => setTimeout(resolve, (kill * 37) % within));
      await child.kill();
      const acknowledged = Number(child.output().trim().split('\n').at(-1));

      const backend = await openLmdbBackend(folder, { check: 'always' });
      const { committed } = backend;
      expect(committed).toBeGreaterThanOrEqual(acknowledged);
      expect(backend.epoch).toBe(2 * kill + 2);
      const keys = [...backend.keys('', KEYS_END)];
      const same = keys.filter((key) => key.startsWith('same.'));
      expect(new Set(same.map((key) => backend.get(key)))).toEqual(new Set([String(committed)]));
      expect(same).toHaveLength(rowsOfAll);
      const rows = keys.filter((key) => key.startsWith('row.'));
      expect(rows).toHaveLength(20);
      expect(rows.every((key) => key.startsWith(`row.${committed}.`))).toBe(true);
      await backend.close();
    }
  },
);
