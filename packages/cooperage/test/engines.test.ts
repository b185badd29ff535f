/** The engine that made a vat's history is noted with it, and a change of it is told at the next start. */
import { describe, expect, it } from 'vitest';
import { openLmdbBackend } from '@cooperage/store-lmdb';
import type { KernelEvents } from '../src/host/events.js';
import { cooperage, projectWith } from './cli/processes.js';
import { fixture, openForTest, temporaryDirectory } from './helpers.js';

const FORMER = 'V8 1.2.3 (ICU 4, Unicode 5)';
const PRESENT = `V8 ${process.versions.v8} (ICU ${process.versions.icu}, Unicode ${process.versions.unicode})`;
const child = { source: fixture('child-vat.js') };
const config = {
  vats: { a: child, b: { ...child, engine: 'quickjs' } },
  bundles: { child },
} as const;

/** As if the directory came from a host with another version. */
const rewrite = async (
  directory: string,
  rows: Readonly<Record<string, string>>,
): Promise<void> => {
  const backend = await openLmdbBackend(directory);
  const writes = new Map(Object.entries(rows));
  await backend.commit({ epoch: backend.epoch, sequence: backend.committed + 1, writes });
  await backend.close();
};

const open = async (directory: string) => {
  const told: KernelEvents['engine-changed'][] = [];
  const said: string[] = [];
  const kernel = await openForTest({
    directory,
    config,
    log: (_, message) => said.push(message),
    on: { 'engine-changed': (event) => told.push(event) },
  });
  return { kernel, told, said };
};

describe('another version of an engine', () => {
  it('is told once, with the vats whose histories the former one made, and what to do', async () => {
    const directory = temporaryDirectory();
    const first = await open(directory);
    await first.kernel.send('a', 'increment');
    await first.kernel.createVat('made later', { bundle: 'child' });
    expect(first.told).toEqual([]);
    await first.kernel.close();
    const same = await open(directory);
    expect(same.told).toEqual([]);
    await same.kernel.close();

    await rewrite(directory, { 'engine.v8': FORMER });
    const { kernel, told, said } = await open(directory);
    const vats = [
      { vatID: 'v1', name: 'a' },
      { vatID: 'v3', name: 'made later' },
    ];
    expect(told).toEqual([{ engine: 'v8', from: FORMER, to: PRESENT, vats }]);
    expect(said.join()).toContain('"made later" (v3)');
    expect(said.join()).toMatch(/cooperage replay.*cooperage upgrade VAT.*--fresh/);
    expect(await kernel.send('a', 'increment')).toBe(2);
    await kernel.close();
    const again = await open(directory);
    expect(again.told).toEqual([]);
    await again.kernel.close();
  });

  it('is told of each engine apart, and of a build of QuickJS as well', async () => {
    const directory = temporaryDirectory();
    await (await open(directory)).kernel.close();
    await rewrite(directory, { 'engine.quickjs': 'quickjs-ng-former-1' });
    const { kernel, told } = await open(directory);
    expect(told).toMatchObject([
      { engine: 'quickjs', from: 'quickjs-ng-former-1', vats: [{ name: 'b' }] },
    ]);
    expect(told[0]?.to).toMatch(/^quickjs-ng-[0-9a-f]{32}-/);
    await kernel.close();
  });

  it('stays with the history: `cooperage show` says which version made what, until an upgrade', async () => {
    const directory = temporaryDirectory();
    const first = await open(directory);
    for (let i = 0; i < 3; i += 1) await first.kernel.send('a', 'increment');
    await first.kernel.close();
    await rewrite(directory, { 'engine.v8': FORMER });
    const folder = await projectWith({ ...config, directory });
    const { code, stderr } = await cooperage(['run'], folder);
    expect(code).toBe(0);
    expect(stderr).toContain(`warn: the version of the engine v8 has changed from ${FORMER}`);
    const shown = await cooperage(['show', 'a'], folder);
    expect(shown.stdout).toContain(`history by`);
    expect(shown.stdout).toMatch(/V8 1\.2\.3 \(ICU 4, Unicode 5\)$/m);
    expect(shown.stdout).toContain(`${PRESENT}, after delivery 4`);
    expect(await cooperage(['check'], folder)).toMatchObject({ code: 0 });

    const { kernel } = await open(directory);
    await kernel.upgradeVat('a', { bundle: 'child' });
    await kernel.close();
    const { stdout } = await cooperage(['show', 'a', '--json'], folder);
    expect((JSON.parse(stdout) as { engines: unknown }).engines).toEqual([[4, PRESENT]]);
  });
});
