/** A kernel that runs while it is looked at, and whose vats end meanwhile: their records go with them. */
import { join } from 'node:path';
import { answersFor, type Overview } from '@cooperage/inspect';
import { afterAll, expect, test } from 'vitest';
import { workersFor } from '../../src/workers/tool-workers.js';
import { fixture, openForTest } from '../helpers.js';
import { temporaryFolder } from './processes.js';

const workers = workersFor({ threads: 1 });
afterAll(() => workers.stop());

test('shows all cranks of vats that ended since it began to look', async () => {
  const directory = join(await temporaryFolder(), 'kernel');
  const kernel = await openForTest({
    directory,
    config: {
      vats: {
        ann: { source: fixture('cycle-vat.js') },
        one: { source: fixture('child-vat.js') },
        two: { source: fixture('child-vat.js') },
      },
    },
    history: true,
    control: false,
  });
  const answers = await answersFor(directory, () => workers);
  const overview = async () => (await answers('overview', new URLSearchParams())) as Overview;
  expect((await overview()).cut).toBeUndefined();
  for (const name of ['one', 'two']) {
    await kernel.send(name, 'exit', ['enough']).catch(() => undefined);
    await kernel.send('ann', 'makeNode');
    // Nothing of it is shown, or some of it, until the vats have run again.
    await expect
      .poll(async () => (await overview()).cut, { timeout: 240_000, interval: 50 })
      .toBeUndefined();
    const { last } = await overview();
    const label = JSON.stringify(await answers(`timeline`, new URLSearchParams({ from: '1' })));
    expect(label).toContain('exit(');
    expect(last).toBeGreaterThan(10);
  }
  await kernel.close();
}, 300_000);
