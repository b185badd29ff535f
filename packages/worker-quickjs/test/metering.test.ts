import { makeQuickJSWorkerHost } from '@cooperage/worker-quickjs';
import { afterAll, describe, expect, it } from 'vitest';
import { bundleOf, makeImages, openVat } from './helpers/vat.js';

const host = makeQuickJSWorkerHost({ threads: 2 });
const { originOf } = makeImages(host);
afterAll(() => host.stop());

const bundle = bundleOf(
  `{
    work: (n) => { let sum = 0; for (let i = 0; i < n; i += 1) sum += i; return sum; },
    search: (n) => 'x'.repeat(n).indexOf('y'),
    sort: (n) => Array.from({ length: n }, (_, i) => (i * 7919) % n).sort((a, b) => a - b).length,
    copy: (n) => new Uint8Array(n).slice().length,
    loop: () => { try { for (;;); } catch { return 'caught'; } finally { return 'finally'; } },
    ping: () => 'pong',
  }`,
);
const LIMIT = 500_000_000;

const run = async (): Promise<(number | undefined)[]> => {
  const vat = openVat(host, { bundle, computronLimit: LIMIT });
  const used: (number | undefined)[] = [];
  used.push((await vat.record(1)).usage?.computrons);
  for (const [method, n] of [
    ['work', 1_000],
    ['work', 10_000],
    ['search', 1_000_000],
    ['sort', 1_000],
    ['copy', 1_000_000],
    ['ping', 0],
  ] as const) {
    used.push((await vat.call(method, n)).usage?.computrons);
  }
  await vat.stop();
  return used;
};

describe('computrons', () => {
  it('are the same on every run and in every thread', async () => {
    const [first, ...others] = await Promise.all([run(), run(), run(), run()]);
    for (const other of others) expect(other).toEqual(first);
    for (const used of first as number[]) expect(used).toBeGreaterThan(0);
  });

  it('count what built-in functions do', async () => {
    const vat = openVat(host, { bundle, computronLimit: LIMIT });
    const of = async (method: string, n: number) =>
      (await vat.call(method, n)).usage?.computrons as number;
    for (const method of ['work', 'search', 'sort', 'copy']) {
      await of(method, 10);
      expect(await of(method, 4_000), method).toBeGreaterThan((await of(method, 10)) + 400);
    }
    await vat.stop();
  });

  it('are not counted without a limit', async () => {
    const vat = openVat(host, { bundle });
    expect((await vat.call('ping')).usage).toBeNull();
    await vat.stop();
  });

  it('a crank that needs more is recorded as exhausted, and nothing of it counts', async () => {
    const vat = openVat(host, { bundle, computronLimit: LIMIT });
    const neighbour = openVat(host, { bundle });
    await vat.call('ping');
    const origin = originOf((await vat.snapshot()) as never);
    const record = await vat.call('loop');
    expect(record.status).toEqual(['exhausted', expect.stringContaining(String(LIMIT))]);
    expect(record.syscalls).toEqual([]);
    expect(record.usage?.computrons).toBeGreaterThan(LIMIT);
    expect(await neighbour.value('ping')).toBe('pong');
    // It says nothing more, and no image can be had of it.
    vat.post('ping');
    expect(await vat.snapshot()).toBeUndefined();
    expect(vat.texts).toHaveLength(3);
    await vat.stop();

    const again = openVat(host, { bundle, computronLimit: 10 * LIMIT, origin });
    expect(await again.value('ping')).toBe('pong');
    await Promise.all([again, neighbour].map((each) => each.stop()));
  });

  it('metered vats and others read one another’s images', async () => {
    const metered = openVat(host, { bundle, computronLimit: LIMIT });
    await metered.call('ping');
    const free = openVat(host, { bundle, origin: originOf((await metered.snapshot()) as never) });
    expect(await free.value('work', 10)).toBe(45);
    const back = openVat(host, {
      bundle,
      computronLimit: LIMIT,
      origin: originOf((await free.snapshot()) as never),
    });
    expect(await back.value('work', 10)).toBe(45);
    await Promise.all([metered, free, back].map((each) => each.stop()));
  });
});
