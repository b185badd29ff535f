import { makeQuickJSWorkerHost } from '@cooperage/worker-quickjs';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bundleOf, openVat, openWithLimit, type TestVat } from './helpers/vat.js';

const MEGABYTE = 2 ** 20;
const host = makeQuickJSWorkerHost({ threads: 1 });
afterAll(() => host.stop());

const bundle = bundleOf(
  `{
    ping: () => 'pong',
    loop: () => { for (;;); },
    caught: () => { for (;;) { try { for (;;); } catch {} } },
    promises: () => { const again = () => { Promise.resolve().then(again); }; again(); },
    regexp: () => /^(a+)+$/.test('a'.repeat(60) + 'b'),
    indexOf: () => { const text = 'a'.repeat(4000000); for (;;) text.indexOf('a'.repeat(2000) + 'b'); },
    sort: () => { const list = Array.from({ length: 300000 }, (_, i) => (i * 7919) % 300007); for (;;) list.sort(); },
    fill: () => { const bytes = new Uint8Array(16000000); for (;;) bytes.fill(1); },
    json: () => { const text = JSON.stringify(Array.from({ length: 50000 }, (_, i) => ({ i }))); for (;;) JSON.parse(text); },
    pad: () => { for (;;) 'x'.repeat(100000).padEnd(1000000, 'abc').length; },
    join: () => { const list = new Array(300000).fill('ab'); for (;;) list.join(','); },
    power: () => { for (;;) (3n ** 200000n).toString().length; },
    trap: () => { const odd = new Proxy({}, { has: () => { for (;;); } }); return 'x' in odd; },
    getter: () => JSON.stringify({ get x() { for (;;); } }),
    iterator: () => [...{ *[Symbol.iterator]() { for (;;) yield* []; } }],
    arrays: () => { const kept = []; for (;;) kept.push(new Array(1000).fill(0)); },
    swallow: () => { const kept = []; for (;;) { try { kept.push(new Array(100000).fill(0)); } catch {} } },
    buffer: () => new ArrayBuffer(900000000).byteLength,
    buffers: () => { const kept = []; for (;;) kept.push(new ArrayBuffer(1000000)); },
    text: () => { let text = 'x'; const kept = []; for (;;) { text += text; kept.push(text.slice(1)); } },
    recurse: () => { const down = (n) => 1 + down(n + 1); return down(0); },
    deepData: () => { let data = []; for (let i = 0; i < 100000; i += 1) data = [data]; return JSON.stringify(data); },
    deepPattern: () => new RegExp('('.repeat(100000)).test(''),
    many: async (length) => { await Promise.all(Array.from({ length }, async (_, i) => i)); return 'done'; },
  }`,
);

describe('a vat that means harm', () => {
  let neighbour: TestVat;
  beforeEach(async () => {
    neighbour = openVat(host, { bundle });
    expect(await neighbour.value('ping')).toBe('pong');
  });
  afterEach(() => neighbour.stop());

  const ends: readonly [string, string][] = [
    ['loop', 'time-limit'],
    ['caught', 'time-limit'],
    ['promises', 'time-limit'],
    ['regexp', 'time-limit'],
    ['indexOf', 'time-limit'],
    ['sort', 'time-limit'],
    ['fill', 'time-limit'],
    ['json', 'time-limit'],
    ['pad', 'time-limit'],
    ['join', 'time-limit'],
    ['power', 'time-limit'],
    ['trap', 'time-limit'],
    ['getter', 'time-limit'],
    ['iterator', 'time-limit'],
  ];
  it.each(ends)('%s ends with %s, in the middle of a built-in too', async (method, kind) => {
    const { vat } = await openWithLimit(host, { bundle, memoryLimit: 48 * MEGABYTE });
    const n = vat.post(method);
    expect(await vat.exit).toMatchObject({ kind, n });
    expect(await neighbour.value('ping')).toBe('pong');
  });

  const floods = ['arrays', 'swallow', 'buffer', 'buffers', 'text'];
  it.each(floods)('%s ends with out-of-memory', async (method) => {
    const vat = openVat(host, { bundle, memoryLimit: 48 * MEGABYTE });
    await vat.value('ping');
    const n = vat.post(method);
    expect(await vat.exit).toMatchObject({ kind: 'out-of-memory', n });
    expect(await neighbour.value('ping')).toBe('pong');
  });

  it.each(['recurse', 'deepData', 'deepPattern'])(
    '%s is an error like any other',
    async (method) => {
      const vat = openVat(host, { bundle });
      await expect(vat.value(method)).rejects.toThrow();
      expect(await vat.value('ping')).toBe('pong');
      expect(await neighbour.value('ping')).toBe('pong');
      await vat.stop();
    },
  );

  it('recursion fails at the same depth on every thread', async () => {
    const depth = bundleOf(
      '{ depth: () => { let n = 0; const down = () => { n += 1; down(); }; try { down(); } catch {} return n; } }',
    );
    const vats = [false, true].map((ownThread) => openVat(host, { bundle: depth, ownThread }));
    const [one, other] = await Promise.all(vats.map((vat) => vat.value('depth')));
    expect(one).toBe(other);
    expect(one).toBeGreaterThan(100);
    await Promise.all(vats.map((vat) => vat.stop()));
  });

  it('many promises at once are work like any other', async () => {
    const vat = openVat(host, { bundle, crankTimeLimit: 300_000 });
    expect(await vat.value('many', 100_000)).toBe('done');
    expect(await neighbour.value('ping')).toBe('pong');
    await vat.stop();
  });

  it('a million promises at once are too much for a small heap', async () => {
    const vat = openVat(host, { bundle, crankTimeLimit: 300_000, memoryLimit: 128 * MEGABYTE });
    await vat.value('ping');
    const n = vat.post('many', 1_000_000);
    expect(await vat.exit).toMatchObject({ kind: 'out-of-memory', n });
    expect(await neighbour.value('ping')).toBe('pong');
  });
});
