/** The time and the randomness of vats that are given them: equal in each run of a history, on any number of threads. */
import { describe, expect, it, test } from 'vitest';
import { replayKernel } from '../src/index.js';
import { fixture, openForTest, temporaryDirectory } from './helpers.js';

const source = fixture('ambient-vat.js');
const all = { time: true, random: true } as const;
const ENGINES = ['v8', 'quickjs'] as const;

/** A clock that shows another time whenever it is looked at, sometimes an earlier one. */
const makeAmbientSource = (start = 1_000_000) => {
  let now = start;
  let reads = 0;
  return {
    now: () => {
      reads += 1;
      now += reads % 5 === 0 ? -500 : 100;
      return now;
    },
    entropy: () => '5'.repeat(64),
  };
};

interface Seen {
  readonly now: number;
  readonly random: readonly [number, string];
}

const RING = ['ann', 'ben', 'cid', 'dan'] as const;

const ringConfig = {
  vats: Object.fromEntries(
    RING.map((name, i) => [
      name,
      { source, engine: i % 2 === 0 ? ('v8' as const) : ('quickjs' as const), ambient: all },
    ]),
  ),
};

const liveInRing = async (threads: number) => {
  const directory = temporaryDirectory();
  const kernel = await openForTest({
    directory,
    config: ringConfig,
    order: 'issue',
    threads,
    ambientSource: makeAmbientSource(),
  });
  const ring = RING.map((name) => kernel.root(name));
  await Promise.all(RING.map((name, i) => kernel.send(name, 'pass', [ring, i, 6])));
  await kernel.run();
  const seen: Record<string, readonly Seen[]> = {};
  for (const name of RING) seen[name] = (await kernel.send(name, 'seen')) as readonly Seen[];
  await kernel.close();
  return { directory, seen };
};

test('the time and the randomness of vats are equal on 1, 2 and 8 threads, and in replays', async () => {
  const { directory, seen } = await liveInRing(1);
  const every = Object.values(seen).flat();
  expect(every).toHaveLength(28);
  // No two cranks have the same randomness, and no vat's time goes back.
  expect(new Set(every.map(({ random }) => String(random))).size).toBe(28);
  for (const [first, ...rest] of Object.values(seen)) {
    rest.reduce((before, { now }) => {
      expect(now).toBeGreaterThanOrEqual(before);
      return now;
    }, first?.now ?? 0);
  }
  expect((await liveInRing(8)).seen).toEqual(seen);
  for (const threads of [1, 2, 8]) {
    const { from, difference } = await replayKernel({ directory, threads });
    expect([from, difference]).toEqual([1, undefined]);
  }
});

describe.each(ENGINES)('on %s', (engine) => {
  const open = (options: object, rest: object = {}) =>
    openForTest({ config: { vats: { vat: { source, engine, ...options } } }, ...rest });

  it('a vat has the time of its crank from its first statement on, in all turns of the crank', async () => {
    const kernel = await open({ ambient: all }, { ambientSource: makeAmbientSource(5_000) });
    const first = (await kernel.send('vat', 'look')) as Record<string, unknown>;
    expect(first).toMatchObject({ imported: 5_100, later: first['now'] });
    expect(first['now']).toBeGreaterThan(5_100);
    expect(first['random']).toEqual([
      expect.any(Number),
      expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4/),
    ]);
  });

  it('a vat without the option is told how to get them, and one with half of it has that half', async () => {
    const none = await open({});
    expect(await none.send('vat', 'look')).toEqual({
      imported: expect.stringContaining('"ambient: { time: true }"'),
      now: expect.stringContaining('"ambient: { time: true }"'),
      random: expect.stringContaining('"ambient: { random: true }"'),
      later: expect.stringContaining('"ambient: { time: true }"'),
    });
    const half = await open({ ambient: { time: true, random: false } });
    expect(await half.send('vat', 'look')).toMatchObject({
      now: expect.any(Number),
      random: expect.stringContaining('"ambient: { random: true }"'),
    });
  });

  it('a vat that is started again is told what it was told before', async () => {
    const directory = temporaryDirectory();
    const told = await open({ ambient: all }, { directory });
    for (let i = 0; i < 3; i += 1) await told.send('vat', 'pass', [[], 0, 0]);
    const seen = await told.send('vat', 'seen');
    await told.close();
    const again = await open({ ambient: all }, { directory });
    expect(await again.send('vat', 'seen')).toEqual(seen);
    expect(again.quarantine.quarantined()).toEqual([]);
  });

  it('a fork remembers what its parent was told, and is given other randomness', async () => {
    const kernel = await openForTest({
      config: {
        engine,
        bootstrap: 'forker',
        vats: { forker: { source: fixture('forker-vat.js'), engine: 'v8' } },
        bundles: { told: { source } },
      },
    });
    const forker = (method: string, ...args: unknown[]) => kernel.send('forker', method, args);
    await forker('create', 'ann', 'told', { ambient: all });
    await forker('ask', 'ann', 'pass', [], 0, 0);
    await forker('fork', 'ann', 'ben');
    for (const name of ['ann', 'ben']) await forker('ask', name, 'pass', [], 0, 0);
    const [ann, ben] = (await Promise.all(
      ['ann', 'ben'].map((name) => forker('ask', name, 'seen')),
    )) as [readonly Seen[], readonly Seen[]];
    expect(ben[0]).toEqual(ann[0]);
    expect(ben[1]?.random).not.toEqual(ann[1]?.random);
  });
});

test('what is no time and what is no flag is refused', async () => {
  const config = { vats: { vat: { source, ambient: { time: true } } } };
  await expect(
    openForTest({ config, ambientSource: { now: () => NaN, entropy: () => '' } }),
  ).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
  await expect(
    openForTest({ config: { vats: { vat: { source, ambient: { tiem: true } as object } } } }),
  ).rejects.toThrow(/vats\.vat\.ambient\.tiem is not a setting here; did you mean "time"/);
});
