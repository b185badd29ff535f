import { createHash } from 'node:crypto';
import type { HeapImage } from '@cooperage/types';
import { makeQuickJSWorkerHost } from '@cooperage/worker-quickjs';
import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { bundleOf, hashOf, makeImages, openVat } from './helpers/vat.js';

const host = makeQuickJSWorkerHost({ threads: 2 });
const { originOf } = makeImages(host);
afterAll(() => host.stop());

/** Holds on to one of everything that lives in a heap only. */
const everything = bundleOf(
  `{
    count: () => (count += 1),
    wait: () => waiting,
    open: (value) => { open(value); },
    suspended: () => suspended,
    resume: (value) => { resume(value); },
    keep: (text) => { kept = { text }; map.set(kept, 'by ' + text); },
    kept: () => [kept.text, map.get(kept)],
    generator: () => generator.next().value,
    closure: () => add(1),
  }`,
  `let count = 0;
   let open, resume, kept;
   const map = new WeakMap();
   const waiting = new Promise((resolve) => { open = resolve; });
   const gate = new Promise((resolve) => { resume = resolve; });
   const suspended = (async () => { const before = 'before'; return [before, await gate]; })();
   const generator = (function* () { yield 'one'; yield 'two'; })();
   const add = ((base) => (more) => (base += more))(40)`,
);

const taken = async (image: Promise<HeapImage | undefined>): Promise<HeapImage> => {
  const made = await image;
  if (made === undefined) throw Error('no image');
  return made;
};

/** The image with something else in its header, and a checksum that is right. */
const withHeader = (bytes: Uint8Array, change: object): Uint8Array => {
  const all = Buffer.from(bytes);
  const start = Buffer.from(all.subarray(0, 12));
  const end = 12 + start.readUInt32LE(8);
  const header = JSON.parse(all.subarray(12, end).toString()) as object;
  const text = Buffer.from(JSON.stringify({ ...header, ...change }));
  start.writeUInt32LE(text.length, 8);
  const body = Buffer.concat([start, text, all.subarray(end, all.length - 32)]);
  return Buffer.concat([body, createHash('sha256').update(body).digest()]);
};

describe('images of heaps', () => {
  it('a vat goes on where its image was taken, with all that it held', async () => {
    const vat = openVat(host, { bundle: everything });
    await vat.call('keep', 'treasure');
    expect(await vat.value('count')).toBe(1);
    expect(await vat.value('generator')).toBe('one');
    expect(await vat.value('closure')).toBe(41);
    const waiting = await vat.call('suspended');
    expect(waiting.syscalls).toEqual([]);
    const image = await taken(vat.snapshot());
    expect(image.n).toBe(6);
    await vat.stop();

    const again = openVat(host, { bundle: everything, origin: originOf(image) });
    expect(await again.value('count')).toBe(2);
    expect(await again.value('generator')).toBe('two');
    expect(await again.value('closure')).toBe(42);
    expect(await again.value('kept')).toEqual(['treasure', 'by treasure']);
    const resumed = await again.call('resume', 'after');
    const resolutions = resumed.syscalls.flatMap(([syscall]) =>
      syscall[0] === 'resolve' ? syscall[1].map(([, , { body }]) => body) : [],
    );
    expect(resolutions).toContain('#["before","after"]');
    await again.stop();
  });

  it('taking one changes nothing: equal deliveries make equal images', async () => {
    const run = async (snapshots: boolean): Promise<HeapImage> => {
      const vat = openVat(host, { bundle: everything });
      for (let i = 0; i < 20; i += 1) {
        await vat.call('count');
        if (snapshots) await vat.snapshot();
      }
      await vat.deliver(['bringOutYourDead']);
      const image = await taken(vat.snapshot());
      await vat.stop();
      return image;
    };
    const [one, other, often] = await Promise.all([run(false), run(false), run(true)]);
    expect(hashOf(other.bytes)).toBe(hashOf(one.bytes));
    expect(hashOf(often.bytes)).toBe(hashOf(one.bytes));
  });

  it('a heap that was restored goes on as the one that it was copied from', async () => {
    const vat = openVat(host, { bundle: everything });
    await vat.call('count');
    const copy = openVat(host, {
      bundle: everything,
      origin: originOf(await taken(vat.snapshot())),
    });
    for (let i = 0; i < 10; i += 1) {
      await vat.call('count');
      await copy.call('count');
    }
    expect(copy.texts).toEqual(vat.texts.slice(2));
    expect((await taken(copy.snapshot())).bytes).toEqual((await taken(vat.snapshot())).bytes);
    await Promise.all([vat.stop(), copy.stop()]);
  });

  it('children go ways of their own, and so do theirs', async () => {
    const zygote = openVat(host, { bundle: everything });
    await zygote.call('count');
    const origin = originOf(await taken(zygote.snapshot()));
    const children = [1, 2, 3].map(() => openVat(host, { bundle: everything, origin }));
    const counts = await Promise.all(
      children.map(async (child, i) => {
        let last: unknown;
        for (let k = 0; k <= i; k += 1) last = await child.value('count');
        return last;
      }),
    );
    expect(counts).toEqual([2, 3, 4]);
    const [, , third] = children as [unknown, unknown, (typeof children)[number]];
    const image = await taken(third.snapshot());
    const grandchild = openVat(host, { bundle: everything, origin: originOf(image) });
    expect(await grandchild.value('count')).toBe(5);
    expect(await third.value('count')).toBe(5);
    expect(await zygote.value('count')).toBe(2);
    await Promise.all([zygote, ...children, grandchild].map((vat) => vat.stop()));
  });

  it('are small, and say what they are based on', async () => {
    const vat = openVat(host, { bundle: everything });
    await vat.call('count');
    const image = await taken(vat.snapshot());
    expect(image.engine).toMatch(/^quickjs-ng-/);
    expect(host.baseImage?.(image.base as string)).toBeInstanceOf(Uint8Array);
    expect(host.baseImage?.('unknown')).toBeUndefined();
    expect(image.bytes.length).toBeLessThan(150_000);
    await vat.stop();
  });

  const bad: readonly [string, (bytes: Uint8Array) => Uint8Array, RegExp][] = [
    ['truncated', (bytes) => bytes.subarray(0, bytes.length - 100), /truncated/],
    ['empty', () => new Uint8Array(0), /not a whole heap image/],
    [
      'of something else',
      () => new TextEncoder().encode('x'.repeat(500)),
      /not a whole heap image/,
    ],
    [
      'damaged',
      (bytes) => Uint8Array.from(bytes, (byte, i) => (i === bytes.length >> 1 ? byte ^ 1 : byte)),
      /damaged/,
    ],
  ];
  it.each(bad)('one that is %s is refused', async (_what, spoil, message) => {
    const vat = openVat(host, { bundle: everything });
    await vat.call('count');
    const image = await taken(vat.snapshot());
    const spoilt = { ...image, bytes: spoil(image.bytes) };
    const again = openVat(host, { bundle: everything, origin: originOf(spoilt) });
    expect(await again.exit).toMatchObject({
      kind: 'bad-image',
      message: expect.stringMatching(message) as unknown,
    });
    await vat.stop();
  });

  it('one whose base is missing is refused', async () => {
    const vat = openVat(host, { bundle: everything });
    await vat.call('count');
    const zygote = originOf(await taken(vat.snapshot()));
    // A host that started a vat from it still has it in memory; another one has to read it.
    const other = makeQuickJSWorkerHost({ threads: 1 });
    onTestFinished(() => other.stop());
    const again = openVat(other, {
      bundle: everything,
      origin: {
        ...zygote,
        load: () => {
          throw Error('gone');
        },
      },
    });
    expect(await again.exit).toEqual({ kind: 'bad-image', message: 'gone' });
    await vat.stop();
  });

  it.each([
    [
      'written by another build',
      { engine: 'quickjs-ng-other-1' },
      /quickjs-ng-other-1 wrote it, and this is quickjs-ng-/,
    ],
    [
      'based on what nobody has',
      { base: 'f'.repeat(128) },
      /[0-9a-f]{128} is based on f{128}: there is no image f/,
    ],
  ])('one that is %s is refused by the names of both', async (_what, change, message) => {
    const vat = openVat(host, { bundle: everything });
    await vat.call('count');
    const image = await taken(vat.snapshot());
    const foreign = { ...image, bytes: withHeader(image.bytes, change) };
    const again = openVat(host, { bundle: everything, origin: originOf(foreign) });
    expect(await again.exit).toMatchObject({
      kind: 'bad-image',
      message: expect.stringMatching(message) as unknown,
    });
    await vat.stop();
  });

  it('is read once for all vats that start from it', async () => {
    const own = makeQuickJSWorkerHost({ threads: 2 });
    onTestFinished(() => own.stop());
    const vat = openVat(own, { bundle: everything });
    await vat.call('count');
    const zygote = originOf(await taken(vat.snapshot()));
    const load = vi.fn(zygote.load);
    const forks = [1, 2, 3, 4].map(() =>
      openVat(own, { bundle: everything, origin: { ...zygote, load } }),
    );
    const answers = await Promise.all(forks.map(async (fork) => fork.call('count')));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(load.mock.calls).toEqual([[zygote.hash]]);
    await Promise.all([vat, ...forks].map(async (each) => each.stop()));
  });

  it('one of another crank than it is said to be is refused', async () => {
    const vat = openVat(host, { bundle: everything });
    await vat.call('count');
    const image = await taken(vat.snapshot());
    const origin = { ...originOf(image), n: (image.n + 1) as HeapImage['n'] };
    const again = openVat(host, { bundle: everything, origin });
    expect(await again.exit).toMatchObject({ kind: 'bad-image' });
    await vat.stop();
  });
});
