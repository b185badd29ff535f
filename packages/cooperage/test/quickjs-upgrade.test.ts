/** Vats on QuickJS that were upgraded: an incarnation goes on counting deliveries where the one before ended. */
import { checkTables } from '@cooperage/kernel';
import { expect, it } from 'vitest';
import { fixture, openForTest, temporaryDirectory } from './helpers.js';

const code = (name: string) => ({ source: fixture(`upgrade/${name}.js`) });
const config = {
  engine: 'quickjs',
  vats: { tally: { ...code('tally-1'), computronLimit: 10_000_000_000 } },
  bundles: { two: code('tally-2') },
} as const;

it('an upgraded vat comes back from an image of its heap', async () => {
  const directory = temporaryDirectory();
  const kernel = await openForTest({ directory, config });
  for (let i = 0; i < 5; i += 1) await kernel.send('tally', 'add', [1]);
  await kernel.upgradeVat('tally', { bundle: 'two' });
  for (let i = 0; i < 5; i += 1) await kernel.send('tally', 'add', [1]);
  await kernel.run();
  await kernel.snapshot('tally');
  const [image] = [...kernel.store.snapshots.list('v1' as never)];
  expect(image?.n).toBeGreaterThan(10);
  await kernel.close();

  const toReplay: number[] = [];
  const again = await openForTest({
    directory,
    config,
    on: { 'worker-started': (event) => toReplay.push(event.toReplay) },
  });
  expect(await again.send('tally', 'add', [1])).toBe(11);
  expect(toReplay).toEqual([0]);
  expect(checkTables(again.store.tables)).toEqual([]);
});

it('an upgraded vat whose crank uses too much is suspended, and not ended for a record that nobody expects', async () => {
  const spinner = { source: fixture('forked-vat.js') };
  const kernel = await openForTest({
    config: {
      engine: 'quickjs',
      vats: {
        ann: { ...spinner, computronLimit: 500_000_000, whenExhausted: 'suspend' },
      },
      bundles: { spinner },
    },
  });
  await kernel.upgradeVat('ann', { bundle: 'spinner' });
  const suspended = new Promise((resolve) => {
    kernel.on('vat-suspended', resolve);
  });
  kernel.send('ann', 'spin', [1_000_000_000]).catch(() => undefined);
  expect(await suspended).toMatchObject({ name: 'ann' });
  expect(kernel.suspension.suspended()).toMatchObject([{ name: 'ann', why: 'computronLimit' }]);
});
