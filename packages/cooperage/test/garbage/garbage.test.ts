import { beforeEach, describe, expect, test } from 'vitest';
import {
  type CooperageKernel,
  garbageOfKernel,
  type GarbageReport,
  type KernelRef,
} from '../../src/index.js';
import { fixture, openForTest, temporaryDirectory } from '../helpers.js';

const source = fixture('cycle-vat.js');
const config = { vats: { ann: { source }, ben: { source } } };

let kernel: CooperageKernel;
let directory: string;

beforeEach(async () => {
  directory = temporaryDirectory();
  kernel = await openForTest({ config, directory });
});

const made = async (vat: string, method = 'makeNode'): Promise<KernelRef> =>
  (await kernel.send(vat, method)) as KernelRef;

/** The host lets go of what it was given; the vats are asked what died. */
const settle = async (...refs: KernelRef[]): Promise<void> => {
  for (const ref of refs) ref.release();
  await kernel.run();
  for (const vat of ['ann', 'ben']) kernel.bringOutYourDead(vat);
  await kernel.run();
};

const analyse = (): Promise<GarbageReport> => garbageOfKernel(directory, { threads: 1 });

const cycle = async (
  [one, other] = ['makeNode', 'makeNode'],
): Promise<readonly [KernelRef, KernelRef]> => {
  const [a, b] = [await made('ann', one), await made('ben', other)];
  await a.send('link', [b]);
  await b.send('link', [a]);
  return [a, b];
};

describe('what vats hold in a cycle', () => {
  test('of durable objects is found while the kernel runs, with the rows that hold it', async () => {
    const [a, b] = await cycle();
    await settle(a, b);
    const { cycles, heldByCycles, unasked } = await analyse();
    expect(cycles).toHaveLength(1);
    expect(cycles[0]).toMatchObject({
      rank: 'certain',
      objects: [
        { kref: a.kref(), vatID: 'v1', vref: 'o+d10/1' },
        { kref: b.kref(), vatID: 'v2', vref: 'o+d10/1' },
      ],
      links: [
        { from: a.kref(), to: b.kref(), vatID: 'v1', rows: ['vom.o+d10/1'] },
        { from: b.kref(), to: a.kref(), vatID: 'v2', rows: ['vom.o+d10/1'] },
      ],
    });
    expect([heldByCycles, unasked]).toEqual([[], []]);
  });

  test('through a collection is found, too', async () => {
    const { node, table } = (await kernel.send('ann', 'makeTable')) as Record<string, KernelRef>;
    const b = await made('ben');
    await kernel.send('ann', 'file', [table, 'the other', b]);
    await b.send('link', [node]);
    await settle(node as KernelRef, table as KernelRef, b);
    const { cycles } = await analyse();
    expect(cycles).toHaveLength(1);
    const rows = cycles[0]?.links.flatMap((link) => link.rows ?? []);
    expect(rows).toContainEqual(expect.stringMatching(/^vc\.\d+\.sthe other$/));
  });

  test('of objects in memory is found, too: their vats know', async () => {
    const [a, b] = await cycle(['makeHeapNode', 'makeNode']);
    await settle(a, b);
    const { cycles } = await analyse();
    expect(cycles).toHaveLength(1);
    const links = cycles[0]?.links ?? [];
    expect(links.map(({ from, rows }) => [from, rows])).toEqual([
      [a.kref(), undefined],
      [b.kref(), ['vom.o+d10/1']],
    ]);
  });

  test('and what only a cycle holds is told apart', async () => {
    const [a, b] = await cycle();
    const [tail] = [await made('ben')];
    const extra = await made('ann');
    await extra.send('link', [tail]);
    await a.send('link', [b]);
    const c = await made('ann');
    await c.send('link', [a]);
    await settle(a, b, tail, extra, c);
    const { cycles } = await analyse();
    expect(cycles).toHaveLength(1);
    expect(cycles[0]?.objects.map(({ kref }) => kref)).toEqual([a.kref(), b.kref()]);
  });
});

describe('what is alive is not reported:', () => {
  test('a cycle that the host holds', async () => {
    const [a, b] = await cycle();
    await settle(b);
    expect(await analyse()).toMatchObject({ cycles: [], heldByCycles: [] });
    a.release();
  });

  test('one that a vat keeps in its baggage', async () => {
    const [a, b] = await cycle();
    await kernel.send('ann', 'keep', ['treasure', a]);
    await settle(a, b);
    expect(await analyse()).toMatchObject({ cycles: [], heldByCycles: [] });
  });

  test.each([['ann'], ['ben']])('one that %s remembers, of which no table tells', async (vat) => {
    const [a, b] = await cycle();
    await kernel.send(vat, 'remember', [a]);
    await settle(a, b);
    expect(await analyse()).toMatchObject({ cycles: [], heldByCycles: [] });
    await kernel.send(vat, 'remember', [null]);
    await settle();
    expect((await analyse()).cycles).toMatchObject([{ rank: 'certain' }]);
  });

  test('one that a third object leads to, through several vats', async () => {
    const [a, b] = await cycle();
    const [c, d] = [await made('ann'), await made('ben')];
    await c.send('link', [d]);
    await d.send('link', [a]);
    await kernel.send('ann', 'keep', ['treasure', c]);
    await settle(a, b, c, d);
    const { cycles, heldByCycles, questions } = await analyse();
    expect([cycles, heldByCycles]).toEqual([[], []]);
    expect(questions).toBeGreaterThan(2);
  });
});

test('the analysis changes nothing', async () => {
  const [a, b] = await cycle();
  await settle(a, b);
  const before = [...kernel.store.tables.keys('', '\uffff')];
  await analyse();
  expect([...kernel.store.tables.keys('', '\uffff')]).toEqual(before);
  expect(await kernel.send('ann', 'remembered')).toBeUndefined();
});
