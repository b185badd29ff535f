/** What a vat lets go of is collected everywhere: real threads, a real collector, a real LMDB directory. */
import { describe, expect, it } from 'vitest';
import type { CooperageKernel } from '../src/index.js';
import { fixture, openForTest, temporaryDirectory } from './helpers.js';

const source = fixture('hoarder-vat.js');
const published = { liveslots: { published: import.meta.resolve('@agoric/swingset-liveslots') } };
const objects = ({ store }: CooperageKernel): number =>
  [...store.tables.keys('ko', 'ko:')].filter((key) => !key.includes('.')).length;

describe.each([
  ['ours', {}],
  ['the published liveslots', { liveslots: 'published', window: 1 }],
])('on %s', (_, vat) => {
  const open = (directory: string, options = {}) =>
    openForTest({
      ...published,
      directory,
      config: {
        vats: { maker: { source, ...vat, ...options }, holder: { source, ...vat, ...options } },
      },
    });

  it('a thousand objects that nobody holds are gone once both vats were asked', async () => {
    const directory = temporaryDirectory();
    const kernel = await open(directory);
    const before = objects(kernel);
    expect(await kernel.send('holder', 'take', [kernel.root('maker'), 1_000])).toBe(1_000);
    expect(objects(kernel)).toBeGreaterThan(1_000);
    expect(await kernel.send('holder', 'letGo', [10])).toBe(10);
    kernel.bringOutYourDead('holder');
    await kernel.run();
    // What the collector of an engine finds is not exact.
    expect(objects(kernel)).toBeLessThan(before + 50);
    expect(objects(kernel)).toBeGreaterThanOrEqual(10);
    await kernel.close();

    // The engine need not collect the same again, and what comes after is the same.
    const again = await open(directory);
    expect(await again.send('holder', 'kept')).toBe(10);
    const left = objects(again);
    expect(await again.send('holder', 'take', [again.root('maker'), 100])).toBe(110);
    expect(await again.send('holder', 'letGo', [0])).toBe(0);
    again.bringOutYourDead('holder');
    await again.run();
    expect(objects(again)).toBeLessThan(left);
    await again.close();
    const third = await open(directory);
    expect(await third.send('holder', 'kept')).toBe(0);
  });

  it('a vat is asked by itself after so many deliveries', async () => {
    const directory = temporaryDirectory();
    const kernel = await open(directory, { reapInterval: 20 });
    const before = objects(kernel);
    await kernel.send('holder', 'take', [kernel.root('maker'), 200]);
    await kernel.send('holder', 'letGo', [0]);
    for (let i = 0; i < 40; i += 1) await kernel.send('holder', 'kept');
    await kernel.run();
    expect(objects(kernel)).toBeLessThan(before + 50);
  });

  it('a vat is asked when there is nothing else to do', async () => {
    const directory = temporaryDirectory();
    const kernel = await open(directory, { reapInterval: 0, reapAtRest: 20 });
    const before = objects(kernel);
    await kernel.send('holder', 'take', [kernel.root('maker'), 200]);
    await kernel.send('holder', 'letGo', [0]);
    await kernel.run();
    expect(objects(kernel)).toBeGreaterThan(before + 150);
    const sent = Array.from({ length: 40 }, () => kernel.send('holder', 'kept'));
    await kernel.run();
    await Promise.all(sent);
    expect(objects(kernel)).toBeLessThan(before + 50);
  });
});
