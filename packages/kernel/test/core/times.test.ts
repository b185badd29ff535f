/** When cranks ran, as rows beside the history. */
import { makeKernelStore, makeMemoryBackend, hashState } from '@cooperage/store';
import type { VatID } from '@cooperage/types';
import { expect, test } from 'vitest';
import { makeHistory } from '../../src/tables/history.js';
import { keys } from '../../src/tables/schema.js';
import type { GroupTimes } from '../../src/tables/times.js';

const AT = 1_796_025_959_039_573;

const group = (first: number, count: number): GroupTimes => ({
  first,
  committed: AT + first * 1_000,
  cranks: Array.from({ length: count }, (_, i) =>
    i === 1
      ? undefined
      : {
          began: AT + first * 1_000 - 500 + i,
          ended: AT + first * 1_000 + i,
          ...(i % 3 === 0 && { thread: i }),
        },
  ),
  marks: [{ kind: 'started', vatID: 'v1' as VatID, at: AT + first * 1_000 - 700 }],
});

const GROUPS = [group(1, 3), group(4, 40), group(44, 1), group(45, 2)];

const openTables = () => {
  const { tables } = makeKernelStore(makeMemoryBackend());
  tables.beginCrank();
  for (const each of GROUPS) makeHistory(tables).times.append(each);
  return tables;
};

test('what was written is read, from any crank on', () => {
  const { times } = makeHistory(openTables());
  expect([...times.from(1)]).toEqual(GROUPS);
  expect([...times.from(4)]).toEqual(GROUPS.slice(1));
  expect([...times.from(5)]).toEqual(GROUPS.slice(2));
  expect([...times.from(46)]).toEqual([]);
});

test('they go with the history, a group when none of its cranks is left', () => {
  const tables = openTables();
  const history = makeHistory(tables);
  const { times } = history;
  times.trim(10);
  expect([...times.from(1)]).toEqual(GROUPS.slice(1));
  times.trim(43);
  expect([...times.from(1)]).toEqual(GROUPS.slice(1));
  times.trim(44);
  expect([...times.from(1)]).toEqual(GROUPS.slice(2));
  history.deleteAll();
  expect([...times.from(1)]).toEqual([]);
});

test.each([
  'nothing',
  '{}',
  '{"at":"now","cranks":[]}',
  '{"at":1,"cranks":[[1,2]',
  '{"at":1,"cranks":7}',
  '{"at":1e300,"cranks":[]}',
])('a damaged row is left out: %s', (text) => {
  const tables = openTables();
  tables.set(keys.times(4), text);
  expect([...makeHistory(tables).times.from(1)]).toEqual([GROUPS[0], GROUPS[2], GROUPS[3]]);
});

test.each(['{"at":5,"cranks":[[1,-2]]}', '{"at":5,"cranks":[["1",2]]}', '{"at":5,"cranks":[[]]}'])(
  'a crank whose time cannot be is one of unknown time: %s',
  (text) => {
    const tables = openTables();
    tables.set(keys.times(1), text);
    const [first] = makeHistory(tables).times.from(1);
    expect(first?.cranks).toEqual([undefined]);
  },
);

test.each(['[-1]', '["1"]', '[0.5]', '[1e20]', '[null]', '[]', '{}'])(
  'a crank whose thread cannot be is one of unknown thread: %s',
  (threads) => {
    const tables = openTables();
    tables.set(keys.times(1), `{"at":5,"cranks":[[1,2]],"threads":${threads}}`);
    const [first] = makeHistory(tables).times.from(1);
    expect(first?.cranks).toEqual([{ began: 6, ended: 8 }]);
  },
);

test('two kernels that differ in them are the same kernel', () => {
  const tables = openTables();
  const before = hashState(tables);
  tables.set(keys.times(47), '{"at":1,"cranks":[]}');
  expect(hashState(tables)).toBe(before);
});
