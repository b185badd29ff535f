import { isOnlyForm, readKey, readName } from '../coding/key-coding.js';
import { openRow } from '../coding/sealed-rows.js';
import { isSealed, statedFormat } from '../meta-rows.js';
import type { RowVisitor } from './tree-walk.js';

/** A row that is not as it was written. */
export interface DamagedRow {
  /** `tables`, or `meta`: the store's own rows. */
  readonly database: 'tables' | 'meta';
  /** As far as it can be read. */
  readonly key: string;
  readonly problem: string;
}

const UNSEALED = 'its checksum does not match';
const WRONG_KEY = 'its key is damaged';

/** Looks at rows as they are on the disk, one after the other. */
export interface RowCheck {
  readonly visit: RowVisitor;
  /** Rows of the tables. */
  readonly rows: number;
  readonly damaged: readonly DamagedRow[];
}

/**
 * The databases come in the order of their names, so that `meta` has said how `tables` is to be read. Blobs are
 * not looked at: they have their hash for a name, and are checked when they are read.
 */
export const makeRowCheck = (): RowCheck => {
  const damaged: DamagedRow[] = [];
  const own = new Map<string, string>();
  let rows = 0;
  let sealed: boolean | undefined;

  const checkOwn = (): void => {
    // Rows of another format are not checked; opening the store reports the format.
    sealed = isSealed(statedFormat((name) => own.get(name)) ?? 0);
    if (!sealed) return;
    for (const [key, stored] of own) {
      if (key === 'format' || openRow(key, stored) !== undefined) continue;
      damaged.push({ database: 'meta', key, problem: UNSEALED });
    }
  };

  const visitTable = (bytes: Buffer, stored: Buffer): void => {
    if (sealed === undefined) checkOwn();
    rows += 1;
    const key = readKey(bytes, 0, bytes.length);
    if (!isOnlyForm(bytes, key)) {
      damaged.push({ database: 'tables', key, problem: WRONG_KEY });
    } else if (sealed === true && openRow(key, stored.toString()) === undefined) {
      damaged.push({ database: 'tables', key, problem: UNSEALED });
    }
  };

  return {
    visit: (database, bytes, value) => {
      if (database === 'meta') own.set(readName(bytes), value.toString());
      else if (database === 'tables') visitTable(bytes, value);
    },
    get rows() {
      return rows;
    },
    damaged,
  };
};
