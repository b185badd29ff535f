import { checkTables } from '@cooperage/kernel';
import { expect, it } from 'vitest';
import type { KernelRef } from '../src/index.js';
import { fixture, openForTest, temporaryDirectory } from './helpers.js';

it('a vat with many keys ends at once, others go on, and at rest nothing of it is left', async () => {
  const directory = temporaryDirectory();
  const config = {
    bootstrap: 'creator',
    vats: {
      creator: { source: fixture('creator-vat.js') },
      other: { source: fixture('worker-vat.js') },
    },
    bundles: { tally: { source: fixture('upgrade/tally-1.js') } },
  };
  const kernel = await openForTest({ directory, config });
  await kernel.send('creator', 'create', ['tally', { name: 'big' }]);
  const big = (await kernel.send('creator', 'root', ['big'])) as KernelRef;
  for (let i = 0; i < 10; i += 1) await big.send('fill', [i * 1_000, 1_000]);
  const rows = (prefix: string): number =>
    [...kernel.store.tables.keys(prefix, `${prefix.slice(0, -1)}/`)].length;
  expect(rows('v3.vs.')).toBeGreaterThan(10_000);
  await kernel.send('creator', 'terminate', ['big', 'enough']);
  expect(await kernel.send('other', 'increment')).toBe(1);
  await expect(big.send('read')).rejects.toThrow(/terminated|ended|no more/);
  await kernel.run();
  expect(rows('v3.')).toBe(0);
  expect(checkTables(kernel.store.tables)).toEqual([]);
  await kernel.close();
  const again = await openForTest({ directory, config });
  expect(await again.send('other', 'increment')).toBe(2);
});
