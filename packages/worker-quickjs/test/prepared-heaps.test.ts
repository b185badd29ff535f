/** The script of a bundle is compiled once a thread, in a heap from which all vats of the bundle start. */
import { formatTranscriptEntry, type HeapImage } from '@cooperage/types';
import { makeQuickJSWorkerHost } from '@cooperage/worker-quickjs';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import { hashOf, openVat, type TestVat } from './helpers/vat.js';

const host = makeQuickJSWorkerHost({ threads: 1 });
afterAll(() => host.stop());

const METERED = { computronLimit: 10_000_000_000 };

/** A bundle as the bundler makes it. */
const scriptBundle = (source: string): string =>
  JSON.stringify({
    moduleFormat: 'endoScript',
    source,
    cooperage: { format: 1, sourceMap: 'a'.repeat(128), modules: [] },
  });

/** @param unused functions that nothing calls */
const counterWith = (unused: number, step = 1): string =>
  scriptBundle(
    `((__cooperage__) => { return (() => {
${Array.from({ length: unused }, (_, i) => `function unused${i}(a, b) { return [a, b, ${i}].map((n) => ({ n, a: [b] })); }`).join('\n')}
let count = 0;
const root = { count: () => (count += ${step}), fail: () => { throw Error('here'); } };
return { buildRootObject: () => Far('root', root) };
})(); })({})`,
  );

const usageOf = (text: string | undefined): number =>
  (JSON.parse(text ?? '{}') as { usage: { computrons: number } }).usage.computrons;

const open = (bundle: string, more: object = {}): TestVat =>
  openVat(host, { bundle, ...METERED, ...more });

/** What the first crank cost. */
const costOfStart = async (bundle: string): Promise<number> => {
  const vat = open(bundle);
  await vat.record(1);
  await vat.stop();
  return usageOf(vat.texts[0]);
};

it('a vat pays for what its script does, and not for what is read', async () => {
  const [small, large] = [await costOfStart(counterWith(1)), await costOfStart(counterWith(500))];
  // Each of the functions becomes an object when the script runs; to read its text takes 200,000.
  expect((large - small) / 500).toBeLessThan(20_000);
});

it('the first vat of a bundle, later ones and replayed ones have the same heap, and pay the same', async () => {
  const bundle = counterWith(50, 3);
  const stateOf = async (vat: TestVat): Promise<string> =>
    hashOf(((await vat.snapshot()) as HeapImage).bytes);
  const run = async (
    where: typeof host,
  ): Promise<{ texts: string[]; state: string; vat: TestVat }> => {
    const vat = openVat(where, { bundle, ...METERED });
    await vat.call('count');
    await vat.call('fail');
    const texts = [...vat.texts];
    return { texts, state: await stateOf(vat), vat };
  };
  const first = await run(host);
  const second = await run(host);
  const other = makeQuickJSWorkerHost({ threads: 1 });
  onTestFinished(() => other.stop());
  const elsewhere = await run(other);
  for (const each of [second, elsewhere]) {
    expect(each.texts).toEqual(first.texts);
    expect(each.state).toBe(first.state);
  }
  const replayed = openVat(other, { bundle, ...METERED, starts: false });
  await replayed.replay(
    first.vat.sent.map((sent, i) => formatTranscriptEntry(sent, first.texts[i] as string)),
  );
  expect(await stateOf(replayed)).toBe(first.state);
  expect(await replayed.value('count')).toBe(6);
});

it('vats of one bundle share nothing', async () => {
  const [one, other] = [open(counterWith(2)), open(counterWith(2))];
  expect([await one.value('count'), await one.value('count'), await other.value('count')]).toEqual([
    1, 2, 1,
  ]);
});

it('a script that cannot be compiled fails each vat in its first crank, and says why', async () => {
  const bundle = scriptBundle('(() => { let x = ; })()');
  for (let i = 0; i < 2; i += 1) {
    const record = await open(bundle).record(1);
    expect(record.status).toEqual(['error', expect.stringContaining('is not strict JavaScript')]);
  }
});

it('a script that tries to leave its scopes is a syntax error', async () => {
  const bundle = scriptBundle(
    '0); }); } } } }); globalThis.escaped = 1; (function () { with ({}) { with ({}) { return class { static script = (function () { return (0',
  );
  const record = await open(bundle).record(1);
  expect(record.status).toEqual(['error', expect.stringContaining('is not strict JavaScript')]);
});

it('reading a script is bounded by the time and the memory that the vat may have', async () => {
  const long = counterWith(20_000);
  const slow = open(long, { crankTimeLimit: 1 });
  await expect(slow.exit).resolves.toMatchObject({ kind: 'time-limit' });
  const fat = open(long, { memoryLimit: 8 * 2 ** 20 });
  await expect(fat.exit).resolves.toMatchObject({ kind: 'out-of-memory' });
});
