/** Other liveslots than ours on QuickJS: a script, made of a module with any bundler. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { expect, it } from 'vitest';
import type { KernelRef } from '../src/index.js';
import { fixture, openForTest, temporaryDirectory } from './helpers.js';

const scriptOf = async (module: string): Promise<string> => {
  const folder = temporaryDirectory();
  const input = join(folder, 'entry.mjs');
  writeFileSync(
    input,
    `import { makeLiveSlots } from ${JSON.stringify(module)}; globalThis.makeLiveSlots = makeLiveSlots;`,
  );
  const bundle = await rolldown({
    input,
    platform: 'neutral',
    resolve: { mainFields: ['module', 'main'], conditionNames: ['import', 'default'] },
    logLevel: 'silent',
  });
  const file = join(folder, 'liveslots.js');
  await bundle.write({ file, format: 'iife' });
  return file;
};

it('the published liveslots run vats on QuickJS too, and come back with them', async () => {
  const published = await scriptOf(
    fileURLToPath(import.meta.resolve('@agoric/swingset-liveslots')),
  );
  const directory = temporaryDirectory();
  const vat = {
    source: fixture('cycle-vat.js'),
    liveslots: 'published',
    engine: 'quickjs',
  } as const;
  const options = {
    config: { vats: { ann: vat, ben: { ...vat, engine: 'v8', liveslots: 'cooperage' } } },
    directory,
    quickjs: { liveslots: { published }, machineSlots: 2 },
  } as const;
  const first = await openForTest(options);
  const a = (await first.send('ann', 'makeNode')) as KernelRef;
  const b = (await first.send('ben', 'makeNode')) as KernelRef;
  await a.send('link', [b]);
  await first.send('ann', 'keep', ['mine', a]);
  await first.send('ben', 'remember', [a]);
  await first.close();
  const second = await openForTest(options);
  const again = (await second.send('ben', 'remembered')) as KernelRef;
  expect(again.kref()).toBe(a.kref());
  expect(((await again.send('next')) as KernelRef).kref()).toBe(b.kref());
});

it('a name that no script was given for is told', async () => {
  const config = {
    vats: { ann: { source: fixture('cycle-vat.js'), liveslots: 'other', engine: 'quickjs' } },
  } as const;
  await expect(openForTest({ config })).rejects.toThrow(/other/);
});
