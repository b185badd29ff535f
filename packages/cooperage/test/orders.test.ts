/** The two orders that are there for whoever writes vats. */
import { hashState } from '@cooperage/store';
import { describe, expect, it } from 'vitest';
import { type CooperageKernel, openKernel, type OpenKernelOptions } from '../src/index.js';
import { fixture, openForTest, temporaryDirectory } from './helpers.js';

const source = fixture('order-vat.js');
const config = { vats: { speaker: { source }, hearer: { source } } };

const play = async (
  method: 'lean' | 'keep',
  options: Partial<OpenKernelOptions>,
): Promise<{ readonly heard: string; readonly hash: string }> => {
  const kernel = await openKernel({ threads: 1, config, log: () => undefined, ...options });
  try {
    const heard = (await kernel.send('speaker', method, [kernel.root('hearer')])) as string[];
    await kernel.run();
    return { heard: heard.join(' '), hash: hashState(kernel.store.tables) };
  } finally {
    await kernel.close();
  }
};

describe('adversarial order', () => {
  const count = process.env['COOPERAGE_TEST_SIZES'] === 'nightly' ? 24 : 8;
  const seeds = Array.from({ length: count }, (_, i) => i + 1);

  it('finds out a program that leans on an order between two references', async () => {
    const outcomes = new Set<string>();
    for (const seed of seeds) {
      outcomes.add((await play('lean', { order: 'adversarial', seed })).heard);
    }
    expect(outcomes).toEqual(new Set(['first second', 'second first']));
    expect((await play('lean', {})).heard).toBe('first second');
  });

  it('does no harm to one that leans on nothing but the guarantee', async () => {
    const outcomes = new Set<string>();
    const hashes = new Set<string>();
    for (const seed of seeds) {
      const { heard, hash } = await play('keep', { order: 'adversarial', seed });
      outcomes.add(heard);
      hashes.add(hash);
    }
    expect([...outcomes]).toEqual(['one two three four']);
    expect(hashes.size).toBeGreaterThan(1);
  });

  it('is the same for the same seed', async () => {
    const runs = [
      await play('lean', { order: 'adversarial', seed: 7 }),
      await play('lean', { order: 'adversarial', seed: 7, threads: 2 }),
    ];
    expect(runs[0]).toEqual(runs[1]);
  });
});

describe('sequential order', () => {
  it('has one delivery out at a time, in the order in which they were issued', async () => {
    let most = 0;
    const kernel: CooperageKernel = await openForTest({ order: 'sequential', config });
    kernel.on('retired', () => {
      most = Math.max(most, kernel.stats().mostVatsAtOnce);
    });
    await kernel.send('speaker', 'keep', [kernel.root('hearer')]);
    expect(most).toBe(1);
  });

  it('a kernel that is opened in another order afterwards goes on', async () => {
    const directory = temporaryDirectory();
    const hearing = async (order: 'sequential' | 'adversarial' | 'issue' | 'arrival') => {
      const kernel = await openForTest({ order, config, directory });
      const heard = await kernel.send('speaker', 'keep', [kernel.root('hearer')]);
      await kernel.close();
      return (heard as string[]).length;
    };
    expect(await hearing('sequential')).toBe(4);
    expect(await hearing('arrival')).toBe(8);
    expect(await hearing('adversarial')).toBe(12);
    expect(await hearing('issue')).toBe(16);
  });
});
