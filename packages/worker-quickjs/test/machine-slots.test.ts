import type { HeapImage, VatWorkerHost } from '@cooperage/types';
import { makeQuickJSWorkerHost } from '@cooperage/worker-quickjs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { bundleOf, hashOf, makeImages, openVat, type TestVat } from './helpers/vat.js';

const bundle = bundleOf(
  `{
    count: () => (count += 1),
    keep: (kilobytes) => { kept.push(new Uint8Array(kilobytes * 1024).fill(count)); return kept.length; },
    drop: () => { kept.length = 0; },
    later: (n) => { void wait.then(() => { count += n; }); },
    now: () => { go(); },
    spin: () => { for (;;); },
  }`,
  'let count = 0; const kept = []; let go; const wait = new Promise((resolve) => { go = resolve; })',
);

const hostOf = (options: Parameters<typeof makeQuickJSWorkerHost>[0]): VatWorkerHost => {
  const host = makeQuickJSWorkerHost(options);
  onTestFinished(() => host.stop());
  return host;
};

/** The same for the same seed. */
const numbersFrom = (seed: number) => {
  let state = seed;
  return (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
};

const METERED = { computronLimit: 10_000_000_000 };

/** Many vats, some of them forks of others, in an order that makes them change places all the time. */
const runMany = async (host: VatWorkerHost): Promise<string[]> => {
  const { originOf } = makeImages(host);
  const next = numbersFrom(7);
  const vats: TestVat[] = Array.from({ length: 5 }, (_, i) =>
    openVat(host, { bundle, ...(i % 2 === 0 ? METERED : {}) }),
  );
  await Promise.all(vats.map((vat) => vat.call('keep', 10)));
  const origin = originOf((await vats[1]?.snapshot()) as HeapImage);
  for (let i = 0; i < 6; i += 1) {
    vats.push(openVat(host, { bundle, origin, ...(i % 3 === 0 ? METERED : {}) }));
  }
  for (let round = 0; round < 8; round += 1) {
    const calls = Array.from({ length: 8 }, () => {
      const vat = vats[next(vats.length)] as TestVat;
      const what = next(8);
      if (what === 0) return vat.call('keep', 200 + next(800));
      if (what === 1) return vat.call('drop');
      if (what === 2) return vat.call('later', next(9));
      if (what === 3) return vat.call('now');
      return vat.call('count');
    });
    await Promise.all(calls);
    if (round % 4 === 3) {
      const gone = vats.splice(next(vats.length), 1)[0] as TestVat;
      await gone.stop();
      vats.push(openVat(host, { bundle, origin }));
    }
  }
  // Heaps that are too large to change places.
  await Promise.all(vats.slice(0, 2).map((vat) => vat.call('keep', 17_000)));
  await Promise.all(vats.map((vat) => vat.call('count')));
  const images: string[] = [];
  for (const vat of vats) {
    const image = (await vat.snapshot()) as HeapImage;
    images.push(`${hashOf(Buffer.from(vat.texts.join('\n')))} ${hashOf(image.bytes)}`);
  }
  return images;
};

describe('vats that share machines', () => {
  it('have the same heaps, byte for byte, and say the same, as vats with machines of their own', async () => {
    const many = await runMany(hostOf({ threads: 1, machineSlots: 64 }));
    expect(await runMany(hostOf({ threads: 1, machineSlots: 1 }))).toEqual(many);
    expect(await runMany(hostOf({ threads: 1, machineSlots: 3 }))).toEqual(many);
  });

  it('a machine that was stopped is not given to the next', async () => {
    const host = hostOf({ threads: 1, machineSlots: 1 });
    const neighbour = openVat(host, { bundle });
    expect(await neighbour.value('count')).toBe(1);
    for (let i = 2; i < 5; i += 1) {
      const vat = openVat(host, { bundle, crankTimeLimit: 3_000 });
      await vat.call('count');
      vat.post('spin');
      expect(await vat.exit).toMatchObject({ kind: 'time-limit' });
      expect(await neighbour.value('count')).toBe(i);
    }
  });

  it('five hundred vats of one thread, most of them at rest, answer for themselves', async () => {
    const host = hostOf({ threads: 1 });
    const { originOf } = makeImages(host);
    const zygote = openVat(host, { bundle });
    await zygote.call('count');
    const origin = originOf((await zygote.snapshot()) as HeapImage);
    const before = process.memoryUsage.rss();
    const vats = Array.from({ length: 500 }, () => openVat(host, { bundle, origin }));
    for (let round = 0; round < 2; round += 1) {
      const answers = await Promise.all(
        vats.map(async (vat, i) => (i % (round + 1) === 0 ? vat.value('count') : undefined)),
      );
      answers.forEach((answer, i) => {
        expect(answer).toBe(i % (round + 1) === 0 ? round + 2 : undefined);
      });
    }
    // Each heap has 2.6 MB.
    const each = (process.memoryUsage.rss() - before) / vats.length;
    expect(each).toBeLessThan(1.5 * 2 ** 20);
  });

  it('the number of machines must be one', () => {
    expect(() => makeQuickJSWorkerHost({ machineSlots: 0 })).toThrow(
      /machineSlots must be a whole number/,
    );
  });
});
