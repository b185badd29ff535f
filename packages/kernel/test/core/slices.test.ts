/** Large records are retired in slices of about one size, and nothing of them shows before the last. */
import { makeKernelStore, makeMemoryBackend } from '@cooperage/store';
import type { CrankTables, KObject, KRef, VatID, VatSyscallObject } from '@cooperage/types';
import { expect, test } from 'vitest';
import { checkTables } from '../../src/check/check.js';
import { makeCore } from '../../src/core/core.js';
import { BUNDLE_ID, call, data, fulfil, NOTHING, send, vref } from './a-kernel.js';

/** The same rows, which count how often they are read and written. */
const counting = (tables: CrankTables): { readonly tables: CrankTables; count: number } => {
  const counted: { tables: CrankTables; count: number } = { tables, count: 0 };
  const watch = <Args extends unknown[], Result>(act: (...args: Args) => Result) => {
    return (...args: Args): Result => {
      counted.count += 1;
      return act(...args);
    };
  };
  counted.tables = {
    ...tables,
    get: watch((key: string) => tables.get(key)),
    has: watch((key: string) => tables.has(key)),
    set: watch((key: string, value: string) => tables.set(key, value)),
    delete: watch((key: string) => tables.delete(key)),
  };
  return counted;
};

const setUp = (sliceWork = 200, areRowsLate = true) => {
  const backend = makeMemoryBackend();
  const store = makeKernelStore(backend);
  const counted = counting(store.tables);
  if (!areRowsLate) delete counted.tables.attach;
  const core = makeCore({
    tables: counted.tables,
    transcripts: store.transcripts,
    order: 'arrival',
    sliceWork,
  });
  const record = (n: number, syscalls: readonly VatSyscallObject[]): string =>
    JSON.stringify({ n, status: ['ok'], syscalls: syscalls.map((each) => [each]), usage: null });
  const makeVat = (name: string) => {
    const { vatID, root, result } = core.input((host) => {
      const made = host.createVat(
        {
          name,
          bundleID: BUNDLE_ID,
          window: 1,
          ownThread: false,
          crankTimeLimit: 1,
          liveslots: 'x',
        },
        NOTHING,
      );
      host.pin(made.root);
      return made;
    });
    core.arrived(vatID, record(1, []));
    core.retireNext();
    return { vatID, root, result };
  };
  const busy = makeVat('busy');
  const other = makeVat('other');
  core.input((host) => host.send(busy.root, call('go', other.root)));
  core.takeEffects();
  const arrive = (vatID: VatID, syscalls: readonly VatSyscallObject[], n = 2): void =>
    core.arrived(vatID, record(n, syscalls));
  const rows = (): string[] => {
    const all: string[] = [];
    for (const key of store.tables.keys('', '\uffff')) all.push(`${key}=${store.tables.get(key)}`);
    return all;
  };
  return { backend, store, core, counted, busy, other, arrive, rows };
};

/** Capdata of one promise. */
const follow = (number: number) => ({ body: '#"&0"', slots: [vref(`p+${number}`)] });

const times = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));

/** Of each kind of work that one record can be full of: so many. */
const LARGE: Readonly<Record<string, (count: number) => readonly VatSyscallObject[]>> = {
  sends: (count) => times(count, (i) => send('o-1', 'm', [], `p+${i + 5}`)),
  'sends to itself': (count) => times(count, (i) => send('o+0', 'm', [], `p+${i + 5}`)),
  exports: (count) => [
    send(
      'o-1',
      'm',
      times(2 * count, (i) => `o+${i + 1}`),
    ),
  ],
  'exports that nobody keeps': (count) => [
    fulfil('p+5', data(...times(2 * count, (i) => vref(`o+${i + 1}`)))),
  ],
  'a chain of promises': (count) => [
    ...times(count, (i) => fulfil(`p+${i + 5}`, data(vref(`p+${i + 6}`)))),
    ['subscribe', vref('p+5')],
  ],
  'promises that follow one another': (count) => [
    ...times(count, (i) => fulfil(`p+${i + 5}`, follow(i + 6))),
    fulfil(`p+${count + 5}`),
  ],
  'a cycle of promises': (count) =>
    times(count, (i) => fulfil(`p+${i + 5}`, data(vref(`p+${((i + 1) % count) + 5}`)))),
  'messages that wait on one promise': (count) => [
    ...times(count, (i) => send('p+5', 'm', [], `p+${i + 6}`)),
    fulfil('p+5', { body: '#"$0"', slots: [vref('o-1')] }),
  ],
  subscriptions: (count) => times(2 * count, (i) => ['subscribe', vref(`p+${i + 5}`)] as const),
  'rows of the vatstore': (count) =>
    times(2 * count, (i) => ['vatstoreSet', `key${i}`, 'value'] as const),
  'promises of a vat that exits': (count) => [
    ...times(count, (i) => ['subscribe', vref(`p+${i + 5}`)] as const),
    ['exit', false, NOTHING],
  ],
};

test.each(Object.entries(LARGE))('%s: no slice does much more than another', (_, make) => {
  const { core, counted, busy, arrive, store } = setUp();
  arrive(busy.vatID, make(1_500));
  const slices: number[] = [];
  for (;;) {
    counted.count = 0;
    const retired = core.retireStep();
    slices.push(counted.count);
    if (retired === 'unfinished') continue;
    expect(retired?.refused).toBeUndefined();
    break;
  }
  expect(slices.length).toBeGreaterThan(10);
  expect(Math.max(...slices)).toBeLessThan(1_500);
  expect(checkTables(store.tables)).toEqual([]);
});

test.each(Object.entries(LARGE))('%s: ten times as many are ten times the work', (_, make) => {
  const workOf = (count: number): number => {
    // Late rows of a small record are not counted, and a large one writes all of its rows.
    const { core, counted, busy, arrive } = setUp(200, false);
    arrive(busy.vatID, make(count));
    counted.count = 0;
    core.retireNext();
    return counted.count;
  };
  expect(workOf(1_500)).toBeLessThan(workOf(150) * 12);
});

test.each([1, 20, 500])('nothing shows between slices of %i', (sliceWork) => {
  const { core, busy, arrive, rows, store } = setUp(sliceWork);
  arrive(busy.vatID, [
    ...times(60, (i) => send('o-1', 'm', [`o+${i + 1}`], `p+${i + 5}`)),
    ['vatstoreSet', 'key', 'value'],
    fulfil('p-1'),
  ]);
  const before = rows();
  const { windows, inboxes, vats } = core.kernel.tables;
  let slices = 0;
  while (core.retireStep() === 'unfinished') {
    slices += 1;
    expect(rows()).toEqual(before);
    expect(windows.acked(busy.vatID)).toBe(1);
    expect(vats.list().map((vatID) => inboxes.length(vatID))).toEqual([0, 0]);
    expect(core.takeEffects()).toEqual([]);
    expect(core.isIdle()).toBe(false);
  }
  expect(slices).toBeGreaterThan(0);
  expect(windows.acked(busy.vatID)).toBe(2);
  expect(checkTables(store.tables)).toEqual([]);
});

test('the end state does not depend on slices', () => {
  const states = [1, 7, 1_000_000].map((sliceWork) => {
    const { core, busy, arrive, rows } = setUp(sliceWork);
    arrive(busy.vatID, [
      ...(LARGE['messages that wait on one promise']?.(500) ?? []),
      fulfil('p-1'),
    ]);
    core.retireNext();
    return rows();
  });
  expect(states[1]).toEqual(states[0]);
  expect(states[2]).toEqual(states[0]);
});

test('a record whose worker is lost in the middle has never come', () => {
  const { core, busy, arrive, rows, store } = setUp(20);
  const syscalls = times(60, (i) => send('o-1', 'm', [`o+${i + 1}`], `p+${i + 5}`));
  arrive(busy.vatID, syscalls);
  const before = rows();
  for (let i = 0; i < 10; i += 1) expect(core.retireStep()).toBe('unfinished');
  core.workerLost(busy.vatID);
  expect(core.isRetiring).toBe(false);
  expect(rows()).toEqual(before);
  expect(core.retireStep()).toBeUndefined();
  // Its successor says it again.
  arrive(busy.vatID, syscalls);
  expect(core.retireNext()).toMatchObject({ n: 2, syscalls: 60 });
  expect(checkTables(store.tables)).toEqual([]);
});

test('the loss of another worker does not touch it', () => {
  const { core, busy, other, arrive } = setUp(20);
  arrive(
    busy.vatID,
    times(60, (i) => send('o-1', 'm', [`o+${i + 1}`], `p+${i + 5}`)),
  );
  for (let i = 0; i < 10; i += 1) core.retireStep();
  core.workerLost(other.vatID);
  expect(core.isRetiring).toBe(true);
  expect(core.retireNext()).toMatchObject({ n: 2, syscalls: 60 });
});

test('where it is abandoned, no record of its vat behind it is retired', () => {
  const { core, busy, arrive, store } = setUp(20);
  const { windows } = core.kernel.tables;
  core.input((host) => host.send(busy.root, call('go')));
  arrive(
    busy.vatID,
    times(60, (i) => send('o-1', 'm', [`o+${i + 1}`], `p+${i + 5}`)),
  );
  core.arrived(busy.vatID, JSON.stringify({ n: 3, status: ['ok'], syscalls: [], usage: null }));
  for (let i = 0; i < 10; i += 1) expect(core.retireStep()).toBe('unfinished');
  core.abandon();
  expect(core.retireStep()).toBeUndefined();
  expect(windows.acked(busy.vatID)).toBe(1);
  expect(core.kernel.tables.vats.isAlive(busy.vatID)).toBe(true);
  expect(checkTables(store.tables)).toEqual([]);
});

test('a crash in the middle leaves nothing', async () => {
  const { backend, core, busy, arrive, store } = setUp(20);
  await store.flush();
  const before = backend.dump();
  arrive(
    busy.vatID,
    times(60, (i) => send('o-1', 'm', [`o+${i + 1}`], `p+${i + 5}`)),
  );
  for (let i = 0; i < 10; i += 1) core.retireStep();
  await store.flush();
  expect(backend.reopen().dump()).toEqual(before);
});

test('a record that is refused at its end leaves nothing but the end of its vat', () => {
  const { core, busy, other, arrive, store } = setUp(20);
  arrive(busy.vatID, [
    ...times(60, (i) => send('o-1', 'm', [`o+${i + 1}`], `p+${i + 5}`)),
    send('o-77', 'm'),
  ]);
  let retired = core.retireStep();
  while (retired === 'unfinished') retired = core.retireStep();
  expect(retired).toMatchObject({ refused: { code: 'ILLEGAL_SYSCALL' } });
  const { inboxes, windows, vats } = core.kernel.tables;
  expect(vats.list()).toEqual([other.vatID]);
  expect(inboxes.length(other.vatID) + windows.size(other.vatID)).toBe(0);
  expect(checkTables(store.tables)).toEqual([]);
});

test('there is no input in the middle', () => {
  const { core, busy, arrive } = setUp(20);
  arrive(
    busy.vatID,
    times(60, (i) => send('o-1', 'm', [`o+${i + 1}`], `p+${i + 5}`)),
  );
  core.retireStep();
  expect(() => core.input((host) => host.send(busy.root, call('go')))).toThrow('in the middle');
  expect(core.retireNext()).toMatchObject({ n: 2 });
});

test('rows of another kind can be written in the middle', () => {
  const { core, busy, arrive, store } = setUp(20);
  arrive(
    busy.vatID,
    times(60, (i) => send('o-1', 'm', [`o+${i + 1}`], `p+${i + 5}`)),
  );
  core.retireStep();
  core.withoutHistory(() => store.tables.set('image.x', '-'));
  expect(store.tables.get('image.x')).toBe('-');
  expect(core.retireNext()).toMatchObject({ n: 2 });
  expect(store.tables.get('image.x')).toBe('-');
});

test('of the rows of a group, no more than so many characters become text in one piece', async () => {
  const store = makeKernelStore(makeMemoryBackend());
  const pieces: number[] = [];
  const core = makeCore({
    tables: {
      ...store.tables,
      attach: (late) =>
        (store.tables.attach as NonNullable<CrankTables['attach']>)({
          get size() {
            return late.size;
          },
          find: (key) => late.find(key),
          changed: () => late.changed(),
          take: (write) => {
            let characters = 0;
            late.take((key, row) => {
              characters += row?.length ?? 0;
              write(key, row);
            });
            pieces.push(characters);
          },
        }),
    },
    transcripts: store.transcripts,
    order: 'arrival',
  });
  const { root } = core.input((host) => {
    const options = {
      name: 'a',
      bundleID: BUNDLE_ID,
      window: 1,
      ownThread: false,
      crankTimeLimit: 1,
      liveslots: 'x',
    };
    const made = host.createVat(options, NOTHING);
    host.pin(made.root);
    return made;
  });
  const body = `#["go",["${'x'.repeat(300_000)}"]]`;
  for (let i = 0; i < 40; i += 1) core.input((host) => host.send(root, { body, slots: [] }));
  await store.flush();
  expect(pieces.reduce((sum, each) => sum + each, 0)).toBeGreaterThan(40 * body.length);
  expect(Math.max(...pieces)).toBeLessThan(2_000_000 + 3 * body.length);
});

test('a fork of a vat with many rows is made in slices', () => {
  const { core, counted, busy, other, arrive } = setUp();
  const { objects, promises, vats } = core.kernel.tables;
  const { slots } = promises.getData(busy.result);
  const admin = slots.find((kref) => objects.find(kref as KObject)?.owner === 'kernel') as KRef;
  arrive(busy.vatID, LARGE['rows of the vatstore']?.(1_500) ?? []);
  core.retireNext();
  core.input((host) => host.send(other.root, call('go', admin)));
  const methargs = { body: '#["fork",[[]]]', slots: [] };
  arrive(other.vatID, [['send', vref('o-1'), { methargs, result: null }]]);
  const slices: number[] = [];
  for (let isUnfinished = true; isUnfinished;) {
    counted.count = 0;
    isUnfinished = core.retireStep() === 'unfinished';
    slices.push(counted.count);
  }
  expect(vats.list()).toHaveLength(3);
  expect(slices.length).toBeGreaterThan(10);
  expect(Math.max(...slices)).toBeLessThan(1_000);
});
