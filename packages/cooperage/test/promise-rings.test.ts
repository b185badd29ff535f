/** Promises that lead back to themselves arrive as the cycles they are. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CooperageKernel, openKernel } from '../src/index.js';
import { fixture, onTestedLiveslots, openForTest } from './helpers.js';

interface Link {
  readonly index: number;
  readonly next: readonly [Promise<Link>];
}

/** What a promise was rejected with: no error, so that it arrives as the reason of one. */
const reasonOf = <T>(error: unknown): T => (error as { readonly reason: T }).reason;

/** Follows a ring until it is back at a promise that it has seen. */
const walk = async (first: Promise<Link>) => {
  const seen: Promise<Link>[] = [];
  const indexes: number[] = [];
  let at = first;
  while (!seen.includes(at)) {
    seen.push(at);
    const { index, next } = await at.catch(reasonOf<Link>);
    indexes.push(index);
    [at] = next;
  }
  return { indexes, isBackAtFirst: at === first };
};

/**
 * Follows a ring of a vat. Liveslots gives a promise that has settled another name when it is passed again, so the
 * ring may close at a second copy of its first promises.
 */
const expectRing = async (first: Promise<Link>, size: number, from = 0): Promise<void> => {
  const { indexes } = await walk(first);
  expect(indexes.length).toBeGreaterThanOrEqual(size);
  expect(indexes.length).toBeLessThanOrEqual(2 * size);
  expect(indexes).toEqual(indexes.map((_, i) => (from + i) % size));
};

const source = fixture('ring-vat.js');

describe.each(['v8', 'quickjs'] as const)('a cycle of promises of a vat on %s', (engine) => {
  let kernel: CooperageKernel;
  let taken: (readonly [Promise<Link>])[] = [];

  beforeAll(async () => {
    kernel = await openKernel(
      onTestedLiveslots({
        threads: 2,
        config: {
          bootstrap: 'boot',
          engine,
          vats: { boot: { source: fixture('creator-vat.js') }, a: { source }, b: { source } },
        },
        services: {
          taker: {
            take: (value: readonly [Promise<Link>]) => {
              taken.push(value);
              return { index: 1, next: [] };
            },
          },
        },
      }),
    );
    await kernel.run();
    // Promises in an answer settle while the kernel runs.
    kernel.start();
  });
  afterAll(() => kernel.close());

  /** Runs until nothing is left to do: a loop would commit without end. */
  const expectIdle = async (): Promise<void> => {
    let commits = 0;
    const stopCounting = kernel.on('committed', () => {
      commits += 1;
      if (commits === 1_000) void kernel.close();
    });
    expect(await kernel.run()).toMatchObject({ reason: 'idle' });
    stopCounting();
    expect(kernel.stats().openOutputs).toBe(0);
  };
  const service = async () => kernel.send('boot', 'service', ['taker']);

  it('of one that contains itself is one promise', async () => {
    const [first] = (await kernel.send('a', 'inItself')) as [Promise<unknown[]>];
    expect((await first)[0]).toBe(first);
    await expectIdle();
  });

  it.each([
    [1, false],
    [2, false],
    [2, true],
    [5, true],
    [300, false],
  ])('of %d arrives whole (rejections: %s)', async (size, rejects) => {
    const [first] = (await kernel.send('a', 'ring', [size, rejects])) as [Promise<Link>];
    await expectRing(first, size);
    await expectIdle();
  });

  it('may be the reason of a rejection', async () => {
    const [first] = (await kernel.send('a', 'rejectWithRing', [3]).catch(reasonOf<unknown>)) as [
      Promise<Link>,
    ];
    await expectRing(first, 3);
    await expectIdle();
  });

  it.each([
    [1, false],
    [4, true],
  ])('of %d is passed to a service (rejections: %s)', async (size, rejects) => {
    taken = [];
    await kernel.send('a', 'ringTo', [await service(), size, rejects]);
    expect(taken).toHaveLength(1);
    const [value] = taken;
    await expectRing((value as [Promise<Link>])[0], size);
    await expectIdle();
  });

  it('closes when its promises settle one after the other', async () => {
    const all = (await kernel.send('a', 'openRing', [3])) as [Promise<Link>][];
    for (const i of [1, 2, 0]) {
      await kernel.send('a', 'closeOne', [i]);
      await expectIdle();
    }
    for (const [i, [first]] of all.entries()) await expectRing(first, 3, i);
  });

  it('that the host does not look into is no work', async () => {
    await kernel.send('a', 'ring', [40, false]);
    await kernel.send('a', 'ringWith', [kernel.root('b')]);
    await expectIdle();
  });

  it('goes through two vats', async () => {
    const [first] = (await kernel.send('a', 'ringWith', [kernel.root('b')])) as [Promise<Link>];
    await expectRing(first, 2);
    await expectIdle();
  });

  it('goes through the answer of a service', async () => {
    taken = [];
    const [first] = (await kernel.send('a', 'ringThrough', [await service()])) as [Promise<Link>];
    const answer = (await first).next[0];
    expect(await answer).toEqual({ index: 1, next: [] });
    expect(taken).toHaveLength(1);
    await expectIdle();
  });

  it('goes through a promise of the host, which comes back as itself', async () => {
    let resolve!: (value: unknown) => void;
    const own = new Promise<Link>((done) => (resolve = done as never));
    const answer = kernel.send('a', 'nextIs', [[own]]);
    expect(((await answer) as Link).next[0]).toBe(own);
    resolve({ index: 0, next: [answer] });
    expect(await walk(own)).toEqual({ indexes: [0, 1], isBackAtFirst: true });
    await expectIdle();
  });

  it('leaves nothing in the kernel', async () => {
    await kernel.send('a', 'increment');
    await expectIdle();
    expect([...kernel.store.tables.keys('kp', 'kp:')]).toEqual([]);
  });
});

it.each([1, 2, 3, 200])('a cycle of %d kernel promises is one of as many', async (size) => {
  const kernel = await openForTest({
    liveslots: { ring: fixture('ring-liveslots.js') },
    config: { vats: { a: { source, liveslots: 'ring', window: 1 } } },
  });
  kernel.start();
  const [first] = (await kernel.send('a', 'ring', [size])) as [Promise<Link>];
  const { indexes, isBackAtFirst } = await walk(first);
  expect(isBackAtFirst).toBe(true);
  expect(indexes).toEqual(Array.from({ length: size }, (_, i) => i));
  await kernel.run();
  expect([...kernel.store.tables.keys('kp', 'kp:')]).toEqual([]);
});
