// The same vats on the field's published liveslots: what they come to is the same, to the last cent.
import { openKernel } from 'cooperage';
import { expect, it } from 'vitest';
import type { makeConfig } from '../src/config.js';
import { toJson } from '../src/outcome.js';
import { readPrices } from '../src/prices.js';
import type { Settlement } from '../src/vats/main.js';

const settle = async (liveslots: 'cooperage' | 'published') => {
  // The vats as they are built: the bundler reads JavaScript.
  const { makeConfig: makeBuiltConfig } = (await import('../dist/config.js')) as {
    makeConfig: typeof makeConfig;
  };
  const kernel = await openKernel({
    config: { ...makeBuiltConfig(readPrices(), { rounds: 6, repeat: 1 }), liveslots },
    liveslots: { published: import.meta.resolve('@agoric/swingset-liveslots') },
    services: { progress: { report: () => undefined } },
    on: { console: () => undefined },
  });
  try {
    await kernel.run();
    return toJson((await kernel.send('main', 'getSettlement', [])) as Settlement);
  } finally {
    await kernel.close();
  }
};

it('settles on the published liveslots as on ours', async () => {
  const ours = await settle('cooperage');
  expect(ours.conserved).toBe(true);
  expect(await settle('published')).toEqual(ours);
});
