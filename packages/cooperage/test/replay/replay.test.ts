import { hashState, makeKernelStore } from '@cooperage/store';
import { openLmdbBackend } from '@cooperage/store-lmdb';
import type { CrankTables, Order, VatID } from '@cooperage/types';
import { describe, expect, test } from 'vitest';
import { replayKernel } from '../../src/index.js';
import { fixture, openForTest, temporaryDirectory } from '../helpers.js';

const config = {
  bootstrap: 'main',
  vats: { main: { source: fixture('replayed-vat.js') } },
  bundles: { child: { source: fixture('child-vat.js') } },
};

/** A kernel with a past: vats made and ended, a service called, an error, two processes. */
const makePast = async (order: Order, extra: object = {}): Promise<string> => {
  const directory = temporaryDirectory();
  let time = 0;
  const clock = { now: () => (time += 1) };
  const open = () =>
    openForTest({ config, directory, order, history: true, services: { clock }, ...extra });
  const first = await open();
  await first.run();
  await first.send('main', 'create', ['ann', { start: 10 }]);
  await first.send('main', 'create', ['ben', { start: 20 }]);
  await expect(first.send('main', 'create', ['cid', { fail: 'no' }])).rejects.toThrow();
  await first.send('main', 'work', [5]);
  await first.send('main', 'end');
  await first.run();
  await first.close();
  const second = await open();
  await second.send('main', 'work', [5]);
  await second.run();
  await second.close();
  return directory;
};

const lookInto = async <T>(directory: string, look: (tables: CrankTables) => T): Promise<T> => {
  const store = makeKernelStore(await openLmdbBackend(directory));
  try {
    return look(store.tables);
  } finally {
    await store.close();
  }
};

const edit = (directory: string, change: (tables: CrankTables) => void): Promise<void> =>
  lookInto(directory, (tables) => {
    tables.beginCrank();
    change(tables);
    tables.acceptCrank();
  });

const keysOf = (tables: CrankTables, prefix: string): string[] => [
  ...tables.keys(prefix, `${prefix}\uffff`),
];

describe.each(['issue', 'arrival', 'sequential', 'adversarial'] as const)(
  'a kernel in %s order',
  (order) => {
    test('runs again from its records, crank by crank, on any number of threads', async () => {
      const directory = await makePast(order);
      const hash = await lookInto(directory, hashState);
      for (const threads of [1, 2, 8]) {
        const into = temporaryDirectory();
        const seen: number[] = [];
        const replayed = await replayKernel({
          directory,
          into,
          threads,
          onProgress: (crank) => seen.push(crank),
        });
        expect(replayed.difference).toBeUndefined();
        expect(seen).toEqual(Array.from({ length: replayed.to }, (_, i) => i + 1));
        expect(replayed.to).toBeGreaterThan(50);
        // The history is among the rows: each crank's hash is the same.
        expect(await lookInto(into, hashState)).toBe(hash);
      }
    });

    test('can be run again to a crank, and from there on', async () => {
      const directory = await makePast(order);
      const into = temporaryDirectory();
      expect(await replayKernel({ directory, into, to: 30 })).toEqual({ from: 1, to: 30 });
      const rest = await replayKernel({ directory, into });
      expect(rest).toMatchObject({ from: 31 });
      expect(rest.difference).toBeUndefined();
      expect(await lookInto(into, hashState)).toBe(await lookInto(directory, hashState));
    });
  },
);

test('a kernel that was opened in one order after the other runs again', async () => {
  const directory = temporaryDirectory();
  for (const order of ['sequential', 'arrival', 'adversarial', 'issue', 'sequential'] as const) {
    const kernel = await openForTest({
      config,
      directory,
      order,
      seed: 5,
      history: true,
      services: { clock: { now: () => 1 } },
    });
    await kernel.send('main', 'work', [4]);
    await kernel.run();
    await kernel.close();
  }
  for (const threads of [1, 2, 8]) {
    const into = temporaryDirectory();
    expect((await replayKernel({ directory, into, threads })).difference).toBeUndefined();
    expect(await lookInto(into, hashState)).toBe(await lookInto(directory, hashState));
  }
});

describe('the first difference is shown', () => {
  test('where a row was edited that no crank wrote so', async () => {
    const directory = await makePast('issue');
    let key = '';
    await edit(directory, (tables) => {
      key = keysOf(tables, 'v1.vs.').find((each) => each.endsWith('idCounters')) as string;
      tables.set(key, 'nonsense');
    });
    const { difference } = await replayKernel({ directory });
    expect(difference?.cause).toBeUndefined();
    expect(difference?.rows).toEqual([
      { key, expected: 'nonsense', actual: expect.stringContaining('exportID') as string },
    ]);
  });

  test('where an input was edited', async () => {
    const directory = await makePast('issue');
    let crank = 0;
    await edit(directory, (tables) => {
      const at = keysOf(tables, 'history.').find((each) =>
        tables.get(each)?.includes('ben'),
      ) as string;
      crank = parseInt(at.slice('history.'.length), 36);
      tables.set(at, (tables.get(at) as string).replace('ben', 'bob'));
    });
    const { difference } = await replayKernel({ directory });
    expect(difference).toMatchObject({ crank, cause: ['input', [['send', 'ko5', {}]]] });
  });

  test('where a vat does something else, with what it was told and what it did', async () => {
    const past = await makePast('issue', {
      config: {
        ...config,
        vats: { ...config.vats, odd: { source: fixture('child-vat.js'), liveslots: 'odd' } },
      },
      liveslots: { odd: fixture('steady-liveslots.js') },
    });
    const { difference } = await replayKernel({
      directory: past,
      liveslots: { odd: fixture('odd-liveslots.js') },
    });
    const vatID = difference?.vat?.vatID as VatID;
    expect(difference).toMatchObject({
      cause: ['retire', vatID, 1],
      vat: { name: 'odd', n: 1 },
      what: 'it behaved differently',
    });
    expect(difference?.records?.expected).toContain('"steady"');
    expect(difference?.records?.actual).toContain('"odd"');
    expect(difference?.rows).toContainEqual({
      key: `${vatID}.vs.mood`,
      expected: 'steady',
      actual: 'odd',
    });
  });

  test('a kernel without a history says how to get one', async () => {
    const directory = temporaryDirectory();
    const kernel = await openForTest({ config, directory, services: { clock: {} } });
    await kernel.run();
    await kernel.close();
    await expect(replayKernel({ directory })).rejects.toThrow(
      expect.objectContaining({ code: 'NO_HISTORY' }),
    );
  });
});
