/** More vats than fit in memory: real threads, and vats that come and go without anybody noticing. */
import { describe, expect, it } from 'vitest';
import type { CooperageKernel } from '../src/index.js';
import { fixture, limitTime, openForTest, temporaryDirectory } from './helpers.js';

const source = fixture('worker-vat.js');
const vatsNamed = (...names: string[]) =>
  Object.fromEntries(names.map((name) => [name, { source }]));
const watch = (kernel: CooperageKernel): { most: number; online: () => number } => {
  const seen = { most: 0, online: () => kernel.stats().online };
  kernel.on('retired', () => {
    seen.most = Math.max(seen.most, kernel.stats().online);
  });
  return seen;
};

describe('with room for a few vats', () => {
  const names = Array.from({ length: 24 }, (_, i) => `vat ${i}`);

  it('the least recently used leave, and come back with their next delivery', async () => {
    const directory = temporaryDirectory();
    const options = { directory, maxVatsOnline: 4, config: { vats: vatsNamed(...names) } };
    const kernel = await openForTest(options);
    const seen = watch(kernel);
    for (let round = 1; round <= 2; round += 1) {
      for (const name of names) expect(await kernel.send(name, 'increment')).toBe(round);
    }
    // All at once: they take turns.
    const answers = await Promise.all(names.map((name) => kernel.send(name, 'increment')));
    expect(new Set(answers)).toEqual(new Set([3]));
    await kernel.run();
    expect(seen.most).toBeLessThanOrEqual(4);
    await kernel.close();

    const again = await openForTest(options);
    const once = watch(again);
    for (const name of names) expect(await again.send(name, 'count')).toBe(3);
    expect(once.most).toBeLessThanOrEqual(4);
  });

  it('a vat that is told to bring out its dead has left memory afterwards', async () => {
    const told: string[] = [];
    const kernel = await openForTest({ maxVatsOnline: 1, config: { vats: vatsNamed('a', 'b') } });
    await kernel.send('a', 'increment');
    await kernel.send('b', 'increment');
    await kernel.run();
    const { tables } = kernel.store;
    for (const key of tables.keys('v1.t.', 'v1.t/')) told.push(tables.get(key) as string);
    expect(told.filter((entry) => entry.includes('"bringOutYourDead"')).length).toBeGreaterThan(0);
    expect(kernel.stats().online).toBe(1);
  });

  it('a vat that is never idle gives its place to those that wait', async () => {
    const kernel = await openForTest({ maxVatsOnline: 1, config: { vats: vatsNamed('a', 'b') } });
    let done = 0;
    const flood = Array.from({ length: 1_500 }, () =>
      kernel.send('a', 'increment').then(() => (done += 1)),
    );
    await kernel.send('b', 'increment');
    expect(done).toBeLessThan(1_500);
    await Promise.all(flood);
    expect(await kernel.send('a', 'count')).toBe(1_500);
  });

  it('a vat that never stops is ended, and the others get their turn', async () => {
    const config = { vats: vatsNamed('a', 'b', 'c') };
    const kernel = await openForTest({ maxVatsOnline: 1, config });
    await kernel.send('a', 'increment');
    await limitTime(kernel, 'a');
    const lost = expect(kernel.send('a', 'loopForEver')).rejects.toThrow(/terminated/);
    expect(await kernel.send('b', 'increment')).toBe(1);
    expect(await kernel.send('c', 'increment')).toBe(1);
    await lost;
  });
});

describe.each(['arrival', 'issue', 'sequential', 'adversarial'] as const)(
  'in %s order',
  (order) => {
    it.each(['v8', 'quickjs'] as const)(
      'a vat on %s that must come before those in memory finds a place',
      async (engine) => {
        const source = fixture('worker-vat.js');
        let most = 0;
        const kernel = await openForTest({
          order,
          maxVatsOnline: 1,
          config: { engine, vats: { a: { source }, b: { source }, c: { source } } },
        });
        kernel.on('retired', () => {
          most = Math.max(most, kernel.stats().online);
        });
        for (let i = 1; i <= 3; i += 1) {
          expect(await kernel.send('b', 'increment')).toBe(2 * i - 1);
          const counts = ['a', 'b', 'c'].map((name) => kernel.send(name, 'increment'));
          expect(await Promise.all(counts)).toEqual([i, 2 * i, i]);
        }
        await kernel.run();
        expect(most).toBe(1);
      },
    );
  },
);
