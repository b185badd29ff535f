/**
 * Far more vats on disk than in memory, on real threads: COOPERAGE_TEST_VATS=10000 is the whole configuration, which
 * `node packages/cooperage/bench/many-vats.mjs` measures.
 */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fixture, openForTest, temporaryDirectory } from './helpers.js';

const VATS = Number(process.env['COOPERAGE_TEST_VATS'] ?? 200);
const ONLINE = Math.min(100, VATS / 10);
const CONFIG = {
  bootstrap: 'breeder',
  vats: { breeder: { source: fixture('breeder-vat.js') } },
  bundles: { member: { source: fixture('member-vat.js') } },
};

it(
  `${VATS} vats with ${ONLINE} of them in memory: each has its own state, whoever is asked when`,
  async () => {
    const directory = temporaryDirectory();
    let most = 0;
    const open = async () => {
      const kernel = await openForTest({ directory, config: CONFIG, maxVatsOnline: ONLINE });
      kernel.on('retired', () => {
        most = Math.max(most, kernel.stats().online);
      });
      return kernel;
    };
    const kernel = await open();
    await kernel.send('breeder', 'prepare', [{ engine: 'quickjs' }]);
    for (let made = 0; made < VATS;) {
      made = (await kernel.send('breeder', 'make', [Math.min(50, VATS - made)])) as number;
    }
    const counts = new Map<number, number>();
    /** Any of them, at the same time as many others: more than there is room for. */
    const askSome = async (each: typeof kernel, some: number): Promise<void> => {
      const asked = Array.from({ length: some }, (_, i) => (i * 7_919 + most) % VATS);
      await Promise.all(
        asked.map(async (i) => {
          const count = (counts.get(i) ?? 0) + 1;
          counts.set(i, count);
          expect(await each.send('breeder', 'ask', [i, 'up'])).toEqual([i, count]);
        }),
      );
    };
    await askSome(kernel, 2 * ONLINE);
    await kernel.run();
    expect(kernel.stats().vats).toBe(VATS + 2);
    // While it runs, and without a vat that would come up for it.
    const { rows } = await kernel.export(join(directory, 'export.jsonl'));
    expect(rows).toBeGreaterThan(10 * VATS);
    await kernel.close();

    const again = await open();
    expect(again.stats()).toMatchObject({ vats: VATS + 2, online: 0 });
    await askSome(again, ONLINE);
    for (const i of [0, 1, VATS - 1]) {
      expect(await again.send('breeder', 'ask', [i, 'state'])).toEqual([i, counts.get(i) ?? 0]);
    }
    expect(most).toBeGreaterThan(ONLINE / 2);
    expect(most).toBeLessThanOrEqual(ONLINE);
  },
  60_000 + VATS * 300,
);
