// The same vats on the field's published liveslots, over upgrades of vats with durable data.
import { openKernel } from 'cooperage';
import { expect, it } from 'vitest';
import type { config as builtConfig } from '../src/config.js';
import type { Audit } from '../src/vats/types.js';

const play = async (liveslots: 'cooperage' | 'published') => {
  const { config } = (await import('../dist/config.js')) as { config: typeof builtConfig };
  const kernel = await openKernel({
    config: { ...config, liveslots },
    liveslots: { published: import.meta.resolve('@agoric/swingset-liveslots') },
    on: { console: () => undefined },
  });
  try {
    const rounds: unknown[] = [];
    for (const round of [1, 2, 3]) {
      rounds.push(await kernel.send('clearing', 'play', [round, 4]));
      await kernel.run();
      for (const vat of ['ledger', 'clearing'] as const) {
        rounds.push(await kernel.upgradeVat(vat, { bundle: vat, parameters: { supply: 0 } }));
      }
    }
    return [rounds, (await kernel.send('ledger', 'audit')) as Audit];
  } finally {
    await kernel.close();
  }
};

it('clears, upgrade by upgrade, on the published liveslots', async () => {
  const ours = await play('cooperage');
  expect(ours[1]).toMatchObject({ sum: 1_000_000n, accounts: 1 });
  expect(await play('published')).toEqual(ours);
});
