import { KEYS_END } from '@cooperage/types';
import { expect, it } from 'vitest';
import { openLmdbBackend } from '../src/index.js';
import { startChild } from './helpers/child.js';
import { temporaryFolder } from './helpers/temporary-folder.js';

const KILLS = 12;

it(`a store whose owner is killed ${KILLS} times holds whole groups, and all that were acknowledged`, async () => {
  const folder = temporaryFolder();
  for (let kill = 0; kill < KILLS; kill += 1) {
    const child = startChild('grow.mjs', folder);
    await child.printed('\n');
    // Spread over the moments of a commit, without a clock that a test could not repeat.
    await new Promise((resolve) => setTimeout(resolve, (kill * 17) % 60));
    await child.kill();
    const acknowledged = Number(child.output().trim().split('\n').at(-1));

    const backend = await openLmdbBackend(folder, { check: 'always' });
    const { committed } = backend;
    expect(committed).toBeGreaterThanOrEqual(acknowledged);
    expect(backend.epoch).toBe(2 * kill + 2);
    const keys = [...backend.keys('', KEYS_END)];
    const same = keys.filter((key) => key.startsWith('same.'));
    expect(new Set(same.map((key) => backend.get(key)))).toEqual(new Set([String(committed)]));
    expect(same).toHaveLength(40);
    const rows = keys.filter((key) => key.startsWith('row.'));
    expect(rows).toHaveLength(20);
    expect(rows.every((key) => key.startsWith(`row.${committed}.`))).toBe(true);
    await backend.close();
  }
});
