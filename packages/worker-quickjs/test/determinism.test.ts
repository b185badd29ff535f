/** One heap, one count of instructions: wherever the vat runs, and however it came there. */
import { formatTranscriptEntry, type HeapImage } from '@cooperage/types';
import { makeQuickJSWorkerHost } from '@cooperage/worker-quickjs';
import { afterAll, describe, expect, it } from 'vitest';
import { bundleOf, hashOf, makeImages, openVat, type TestVat } from './helpers/vat.js';

const host = makeQuickJSWorkerHost({ threads: 2 });
const { originOf } = makeImages(host);
afterAll(() => host.stop());

/** Heap objects, durable data that is walked through while it is written, errors, sends, and garbage. */
const bundle = bundleOf(
  `{
    keep: (n) => { kept.push({ n, text: 'x'.repeat(n) }); if (kept.length > 20) kept.splice(3, 7); return kept.length; },
    index: (n) => { const index = new Map(); for (let i = 0; i < 50; i += 1) index.set('k' + i * n, { i }); kept.push(index); },
    write: (n) => { for (let i = 0; i < 10; i += 1) set(table, 'row ' + ((n * 7 + i * 3) % 40), n); return table.getSize(); },
    walk: () => { let sum = 0; for (const [key, value] of table.entries()) { sum += value; if (value % 3 === 0) table.delete(key); } return sum; },
    fail: () => { throw RangeError('no'); },
    ask: (friend) => E(friend).hello(kept.length),
    forget: () => { kept.length = 0; },
  }`,
  `const kept = [];
   const table = VatData.makeScalarBigMapStore('table');
   const set = (store, key, value) => { if (store.has(key)) store.set(key, value); else store.init(key, value); }`,
);

const COMPUTRONS = 1_000_000_000;
/** Deliveries whose records are not retired when the next one is handed out. */
const LAG = 4;
const options = { bundle, computronLimit: COMPUTRONS, lag: LAG };

const ask = async (vat: TestVat, slot: string): Promise<unknown> => {
  const methargs = { body: '#["ask",["$0.Alleged: friend"]]', slots: [slot] };
  return vat.deliver(['message', 'o+0', { methargs, result: null }]);
};

const work = async (vat: TestVat, rounds: number): Promise<void> => {
  for (let i = 0; i < rounds; i += 1) {
    await vat.call('keep', i * 13);
    await vat.call('write', i);
    await vat.call('walk');
    await vat.call('index', i);
    await vat.call('fail');
    await ask(vat, `o-${i}`);
    if (i % 5 === 4) {
      await vat.call('forget');
      await vat.deliver(['bringOutYourDead']);
    }
  }
};

/** All that can be seen of a vat from outside: its records, with what they used, and its heap. */
const stateOf = async (vat: TestVat, from: number): Promise<readonly string[]> => {
  const { bytes } = (await vat.snapshot()) as HeapImage;
  return [...vat.texts.slice(-from), hashOf(bytes)];
};

const transcriptOf = (vat: TestVat): string[] =>
  vat.sent.map((sent, i) => formatTranscriptEntry(sent, vat.texts[i] as string));

describe('a heap is the same, and cranks in it cost the same', () => {
  it('after a replay, from an image, and from an image with a replay on top', async () => {
    const rows = new Map<string, string>();
    const lived = openVat(host, { ...options, rows });
    await work(lived, 7);
    const early = (await lived.snapshot()) as HeapImage;
    await work(lived, 6);
    const late = (await lived.snapshot()) as HeapImage;
    const transcript = transcriptOf(lived);
    const open = (more: object) =>
      openVat(host, { ...options, rows: new Map(rows), starts: false, ...more });

    const replayed = open({});
    expect(await replayed.replay(transcript)).toBe(transcript.length);
    const restored = open({ origin: originOf(late) });
    const both = open({ origin: originOf(early) });
    await both.replay(transcript.slice(early.n));

    const cranks = lived.texts.length;
    for (const vat of [lived, replayed, restored, both]) await work(vat, 3);
    const more = lived.texts.length - cranks;
    const state = await stateOf(lived, more);
    expect(state[0]).toMatch(/"usage":\{"computrons":[1-9]\d+\}/);
    for (const vat of [replayed, restored, both]) expect(await stateOf(vat, more)).toEqual(state);
    await Promise.all([lived, replayed, restored, both].map((vat) => vat.stop()));
  });

  it('in threads of their own and in other hosts', async () => {
    const run = async (where: typeof host, more: object = {}): Promise<readonly string[]> => {
      const vat = openVat(where, { ...options, ...more });
      await work(vat, 4);
      const state = await stateOf(vat, 100);
      await vat.stop();
      return state;
    };
    const other = makeQuickJSWorkerHost({ threads: 1 });
    const states = [await run(host), await run(host, { ownThread: true }), await run(other)];
    await other.stop();
    for (const state of states) expect(state).toEqual(states[0]);
  });

  it('when an image is moved to another thread, and on from there', async () => {
    const rows = new Map<string, string>();
    const home = openVat(host, { ...options, rows, ownThread: true });
    await work(home, 2);
    let vat = home;
    for (let move = 0; move < 3; move += 1) {
      const image = (await vat.snapshot()) as HeapImage;
      if (vat !== home) await vat.stop();
      vat = openVat(host, {
        ...options,
        rows: new Map(rows),
        ownThread: true,
        origin: originOf(image),
      });
      await work(home, 1);
      await work(vat, 1);
      expect(await stateOf(vat, 6)).toEqual(await stateOf(home, 6));
    }
    await Promise.all([home, vat].map((each) => each.stop()));
  });
});

describe('a history that cannot be repeated exactly', () => {
  it('is run again by what its records say died', async () => {
    const lived = openVat(host, options);
    await ask(lived, 'o-7');
    const transcript = transcriptOf(lived);
    // An engine that collects less: the friend is still there at its next collection.
    const numbered = { n: 3, acked: 0, delivery: ['bringOutYourDead'] };
    const record = { n: 3, status: ['ok'], syscalls: [], usage: null };
    transcript.push(formatTranscriptEntry(JSON.stringify(numbered), JSON.stringify(record)));
    const replayed = openVat(host, { ...options, starts: false });
    expect(await replayed.replay(transcript)).toBe(3);
    const { syscalls } = await replayed.deliver(['bringOutYourDead']);
    expect(syscalls.map(([syscall]) => syscall)).toContainEqual(['dropImports', ['o-7']]);
    await Promise.all([lived, replayed].map((vat) => vat.stop()));
  });
});
