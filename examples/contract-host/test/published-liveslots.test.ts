// The same vats on the field's published liveslots, those that are made at run time too.
import { openKernel } from 'cooperage';
import { expect, it } from 'vitest';
import type { config as builtConfig } from '../src/config.js';
import type { Story } from '../src/vats/main.js';

const play = async (liveslots: 'cooperage' | 'published') => {
  const { config } = (await import('../dist/config.js')) as { config: typeof builtConfig };
  const kernel = await openKernel({
    config: { ...config, liveslots },
    liveslots: { published: import.meta.resolve('@agoric/swingset-liveslots') },
    on: { console: () => undefined },
  });
  try {
    return (await kernel.send('main', 'play', [])) as Story;
  } finally {
    await kernel.close();
  }
};

it('tells the same story on the published liveslots', { timeout: 60_000 }, async () => {
  const ours = await play('cooperage');
  expect(ours.instances.length).toBeGreaterThan(5);
  expect(await play('published')).toEqual(ours);
});
