import type { AmbientInput } from '../../src/index.js';
import { makeKernelStore, makeMemoryBackend } from '@cooperage/store';
import type { AmbientOptions, NumberedDelivery } from '@cooperage/types';
import { describe, expect, test } from 'vitest';
import { createHash } from 'node:crypto';
import { checkTables } from '../../src/check/check.js';
import { makeCore } from '../../src/core/core.js';
import { BUNDLE_ID, call, data } from './a-kernel.js';

const sha256 = (texts: readonly string[]): string =>
  createHash('sha256').update(texts.join('')).digest('base64url');
const makeSeed = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A kernel whose host's clock shows what `now` is. */
const makeKernel = (order: 'issue' | 'recorded' = 'issue') => {
  const store = makeKernelStore(makeMemoryBackend());
  const clock: { now: number; entropy: string } = { now: 1_000, entropy: 'e'.repeat(64) };
  const core = makeCore({
    tables: store.tables,
    transcripts: store.transcripts,
    order,
    digest: sha256,
    ambient: { now: () => clock.now, entropy: () => clock.entropy, makeSeed },
  });
  return { core, store, clock };
};
type Kernel = ReturnType<typeof makeKernel>;

const options = (name: string, ambient?: AmbientOptions) => ({
  name,
  bundleID: BUNDLE_ID,
  window: 8,
  ownThread: false,
  crankTimeLimit: 1,
  liveslots: 'x',
  ...(ambient !== undefined && { ambient }),
});

const record = (n: number): string =>
  JSON.stringify({ n, status: ['ok'], syscalls: [], usage: null });

const deliveries = ({ core }: Kernel): NumberedDelivery[] =>
  core
    .takeEffects()
    .flatMap((effect) =>
      effect.type === 'deliver' ? [JSON.parse(effect.text) as NumberedDelivery] : [],
    );

const makeVat = ({ core }: Kernel, name: string, ambient?: AmbientOptions) =>
  core.input((host) => {
    const made = host.createVat(options(name, ambient), data());
    host.pin(made.root);
    return made;
  });

const live = (kernel: Kernel): { readonly deliveries: NumberedDelivery[]; hash: string } => {
  const { core, clock } = kernel;
  const made = [
    makeVat(kernel, 'told', { time: true, random: true }),
    makeVat(kernel, 'timed', { time: true }),
    makeVat(kernel, 'plain'),
  ];
  for (const { vatID } of made) {
    core.arrived(vatID, record(1));
    core.retireNext();
  }
  for (const now of [1_500.7, 1_200, 2_000]) {
    clock.now = now;
    core.input((host) => {
      for (const { root } of made) host.send(root, call('hi'));
    });
  }
  return {
    deliveries: deliveries(kernel),
    hash: core.kernel.tables.history.newest()?.hash ?? '',
  };
};

describe('a vat with the option "ambient"', () => {
  test('is told the time of each crank, which never goes back', () => {
    const told = live(makeKernel()).deliveries.filter(({ seed }) => seed !== undefined);
    expect(told.map(({ time }) => time)).toEqual([1_000, 1_500, 1_500, 2_000]);
  });

  test('is given a seed of its own for each crank, from which others cannot be told', () => {
    const kernel = makeKernel();
    const first = makeVat(kernel, 'a', { random: true });
    const second = makeVat(kernel, 'b', { random: true });
    kernel.core.input((host) => {
      for (const { root } of [first, second]) host.send(root, call('hi'));
    });
    const seeds = deliveries(kernel).map(({ seed }) => seed);
    expect(new Set(seeds).size).toBe(4);
    for (const seed of seeds) expect(seed).toMatch(/^[0-9a-f]{64}$/);
    expect(seeds.join()).not.toContain(kernel.clock.entropy);
  });

  test('is told nothing that it did not ask for', () => {
    const all = live(makeKernel()).deliveries;
    const kinds = all.map(({ time, seed }) => [time !== undefined, seed !== undefined].join());
    expect(new Set(kinds)).toEqual(new Set(['true,true', 'true,false', 'false,false']));
  });

  test('leaves in the history what it was told, and nothing of the clock where nobody is', () => {
    const kernel = makeKernel();
    live(kernel);
    const { history } = kernel.core.kernel.tables;
    const inputs: (AmbientInput | undefined)[] = [];
    for (let crank = 1; crank <= (history.newest()?.crank ?? 0); crank += 1) {
      inputs.push(history.find(crank)?.ambient);
    }
    expect(inputs.filter((input) => input !== undefined)).toEqual([
      { time: 1_000, entropy: kernel.clock.entropy },
      { time: 1_000 },
      { time: 1_500 },
      { time: 1_500 },
      { time: 2_000 },
    ]);
    expect(checkTables(kernel.store.tables)).toEqual([]);
  });

  test('has the same history when it is told the same again', () => {
    const [one, other, later] = [makeKernel(), makeKernel(), makeKernel()];
    later.clock.now = 1_001;
    const { hash } = live(one);
    expect(live(other).hash).toBe(hash);
    expect(live(later).hash).not.toBe(hash);
  });
});

test('a kernel without a clock and entropy refuses such a vat, and says so', () => {
  const store = makeKernelStore(makeMemoryBackend());
  const core = makeCore({ tables: store.tables, transcripts: store.transcripts, order: 'issue' });
  expect(() => core.input((host) => host.createVat(options('a', { time: true }), data()))).toThrow(
    /without a clock/,
  );
});
