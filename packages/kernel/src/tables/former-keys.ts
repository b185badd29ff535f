/** Keys of rows that were renamed, and the migration of tables of an earlier version. */
import { CooperageError, type CrankTables, isVatID, type VatID } from '@cooperage/types';
import { endOf, keys } from './schema.js';

/**
 * The number of the key schema, in the row `k.schema`.
 *
 * * 1: has no such row.
 * * 2: the keys below have their present names.
 */
export const SCHEMA_NUMBER = 2;

type Renamed = readonly [former: string, present: string];

const WHOLE_KEYS: readonly Renamed[] = [
  ['turns', 'deliveryOrder'],
  ['k.remains', 'k.leftRows'],
  ['k.filed', 'k.tombstone'],
];

/** Renamed prefixes: the part before the first dot. */
const PREFIXES: readonly Renamed[] = [
  ['untidy', 'reapDue'],
  ['remains', 'leftRows'],
  ['filed', 'tombstone'],
];

/** Renamed rows of vats: the part behind the id of the vat. */
const VAT_ROWS: readonly Renamed[] = [
  ['hold', 'upgrade'],
  ['dirt', 'reapCounters'],
  ['unheld', 'facetDropped'],
];

const toFormer = (renamed: readonly Renamed[]): ReadonlyMap<string, string> =>
  new Map(renamed.map(([former, present]) => [present, former]));

const formerWholeKeys = toFormer(WHOLE_KEYS);
const formerPrefixes = toFormer(PREFIXES);
const formerVatRows = toFormer(VAT_ROWS);

/**
 * The name of a row in schema 1. A history hashes rows under these names, so that histories which an earlier version
 * began go on, and can be replayed.
 */
export const formerKey = (key: string): string => {
  const whole = formerWholeKeys.get(key);
  if (whole !== undefined) return whole;
  const dot = key.indexOf('.');
  if (dot === -1) return key;
  const [head, rest] = [key.slice(0, dot), key.slice(dot + 1)];
  const prefix = formerPrefixes.get(head);
  if (prefix !== undefined) return `${prefix}.${rest}`;
  const row = formerVatRows.get(rest);
  return row === undefined || !isVatID(head) ? key : `${head}.${row}`;
};

const move = (rows: CrankTables, from: string, to: string): void => {
  const value = rows.get(from);
  if (value === undefined) return;
  rows.set(to, value);
  rows.delete(from);
};

const renameRows = (rows: CrankTables): void => {
  for (const [former, present] of WHOLE_KEYS) move(rows, former, present);
  for (const [former, present] of PREFIXES) {
    const prefix = `${former}.`;
    for (const key of [...rows.keys(prefix, endOf(prefix))]) {
      move(rows, key, `${present}.${key.slice(prefix.length)}`);
    }
  }
  const vats = Number(rows.get(keys.counter('vat')) ?? 0);
  for (let i = 1; i <= vats; i += 1) {
    const vatID = `v${i}` as VatID;
    if (!rows.has(keys.options(vatID))) continue;
    for (const [former, present] of VAT_ROWS)
      move(rows, `${vatID}.${former}`, `${vatID}.${present}`);
  }
};

/**
 * Gives rows of an earlier version their present keys. The history has no crank for it, because no row changes its
 * meaning.
 *
 * @returns the same rows
 * @throws {CooperageError} `STORE_NEWER_FORMAT`
 */
export const migrateRows = (rows: CrankTables): CrankTables => {
  const stated = rows.get(keys.schema);
  if (stated === String(SCHEMA_NUMBER)) return rows;
  if (stated !== undefined) {
    throw new CooperageError(
      'STORE_NEWER_FORMAT',
      `the rows of this kernel have schema ${stated}, and this version of @cooperage/kernel knows schemas up to ` +
        `${SCHEMA_NUMBER}; update it`,
    );
  }
  rows.beginCrank();
  renameRows(rows);
  rows.set(keys.schema, String(SCHEMA_NUMBER));
  rows.acceptCrank();
  return rows;
};
