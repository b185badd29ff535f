import { makeKernelStore, makeMemoryBackend } from '@cooperage/store';
import { expect, test } from 'vitest';
import { formerKey, migrateRows } from '../src/tables/former-keys.js';

const RENAMED = [
  ['turns', 'deliveryOrder'],
  ['k.remains', 'k.leftRows'],
  ['k.filed', 'k.tombstone'],
  ['untidy.v1', 'reapDue.v1'],
  ['remains.v2', 'leftRows.v2'],
  ['filed.000000001', 'tombstone.000000001'],
  ['v1.hold', 'v1.upgrade'],
  ['v1.dirt', 'v1.reapCounters'],
  ['v1.unheld', 'v1.facetDropped'],
] as const;

const UNCHANGED = [
  'k.vat',
  'ko1',
  'v1.options',
  'v1.vs.x.hold',
  'v1.vs.upgrade',
  'name.host.upgrade',
];

const tablesWith = (rows: Readonly<Record<string, string>>) => {
  const { tables } = makeKernelStore(makeMemoryBackend());
  tables.beginCrank();
  for (const [key, value] of Object.entries(rows)) tables.set(key, value);
  tables.acceptCrank();
  return tables;
};

test('each renamed row is moved, and no other', () => {
  const rows = Object.fromEntries(
    [...RENAMED.map(([former]) => former), ...UNCHANGED].map((key) => [key, key]),
  );
  const tables = tablesWith({ ...rows, 'k.vat': '1' });
  migrateRows(tables);
  for (const [former, present] of RENAMED) {
    expect(tables.get(former)).toBeUndefined();
    expect(tables.get(present)).toBe(former);
  }
  for (const key of UNCHANGED.slice(1)) expect(tables.get(key)).toBe(key);
  expect(tables.get('k.schema')).toBe('2');
});

test('rows that are migrated are left alone', () => {
  const tables = tablesWith({ 'k.schema': '2', turns: 'x' });
  migrateRows(tables);
  expect(tables.get('turns')).toBe('x');
});

test('rows of a newer schema are refused with what to do', () => {
  expect(() => migrateRows(tablesWith({ 'k.schema': '3' }))).toThrow(
    /schema 3, .* up to 2; update it/,
  );
});

test.each(RENAMED)('a history hashes %s under its former key', (former, present) => {
  expect(formerKey(present)).toBe(former);
});

test.each(UNCHANGED)('a history hashes %s under its own key', (key) => {
  expect(formerKey(key)).toBe(key);
});
