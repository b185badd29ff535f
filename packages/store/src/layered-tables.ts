import {
  CooperageError,
  LIMITS,
  type CrankTables,
  type LateRows,
  type ReadableTables,
} from '@cooperage/types';
import { Layer, successor } from './layer.js';
import type { KeyCursor } from './ordered-keys.js';

/** A row as a layer knows it: null hides what is below. */
type Row = string | null;

/** What group commit does with the tables. */
export interface LayeredTables extends CrankTables {
  /** Rows of the filling group. */
  readonly pendingWrites: number;
  /** Puts a new group on top and gives the writes of the one that was filling. */
  startFlight(): ReadonlyMap<string, Row>;
  /** The group in flight has landed: the backend shows it. */
  land(): void;
  /** From here on reads go to `tables`, and nowhere else. */
  replaceBy(tables: ReadableTables): void;
}

/** More rows than this and a crank is made ready before it is accepted. */
const LARGE_CRANK = 1_000;

/**
 * The tables as a crank sees them: its own writes, above the group that is
 * filling, above the group that is being written, above the backend.
 *
 * @param backend    what is durable
 * @param mayAccept  throws where no crank may be accepted
 * @param onAccept   one more crank is in the filling group
 */
export const makeLayeredTables = (
  backend: ReadableTables,
  mayAccept: () => void,
  onAccept: () => void,
): LayeredTables => {
  let below = backend;
  let crank = new Layer<Row>();
  let suspended: Layer<Row> | undefined;
  let filling = new Layer<Row>();
  let inFlight: Layer<Row> | undefined;
  let inCrank = false;
  /** Above the filling group, and below the crank under way. */
  const late: LateRows[] = [];
  /** Changes when layers change places, so that iterations notice. */
  let arrangement = 0;

  const insistCrank = (verb: string): void => {
    if (inCrank) return;
    throw new CooperageError('KERNEL_PANIC', `${verb} outside a crank`);
  };

  const insistKey = (key: string): void => {
    if (key.length <= LIMITS.tableKeyLength) return;
    throw new CooperageError(
      'BAD_ARGUMENT',
      `a key of ${key.length} characters; the limit is ${LIMITS.tableKeyLength}`,
    );
  };

  /** The row in the layers, undefined where none of them knows it. */
  const find = (key: string): Row | undefined => {
    let row = crank.rows.get(key);
    if (row !== undefined) return row;
    for (const rows of late) {
      row = rows.find(key);
      if (row !== undefined) return row;
    }
    row = filling.rows.get(key);
    if (row !== undefined) return row;
    return inFlight === undefined ? undefined : inFlight.rows.get(key);
  };

  const get = (key: string): string | undefined => {
    const row = find(key);
    return row === undefined ? below.get(key) : (row ?? undefined);
  };

  const has = (key: string): boolean => {
    const row = find(key);
    return row === undefined ? below.has(key) : row !== null;
  };

  /** Whether the key is there without the crank and the filling group. */
  const hasBelowGroup = (key: string): boolean => {
    const row = inFlight?.rows.get(key);
    return row === undefined ? below.has(key) : row !== null;
  };

  /** Rows of the crank that were not looked at. */
  let readying: IterableIterator<[string, Row]> | undefined;

  const fill = (key: string, row: Row): void => {
    // What was made and unmade since the last group leaves no trace in this one.
    if (row === null && !hasBelowGroup(key)) filling.remove(key);
    else filling.set(key, row);
  };

  const merge = (): void => {
    for (const [key, row] of crank.rows) fill(key, row);
    crank.clear();
  };

  const settle = (rows: LateRows): void => {
    if (rows.size === 0) return;
    rows.take(fill);
    arrangement += 1;
  };

  /** The same for a large crank that was made ready: what is in the group goes into it instead. */
  const takeOver = (): void => {
    for (const [key, row] of filling.rows) {
      const own = crank.rows.get(key);
      if (own === undefined) crank.set(key, row);
      else if (own === null && !hasBelowGroup(key)) crank.remove(key);
    }
    filling = crank;
    crank = new Layer();
  };

  function* keys(start: string, end: string): IterableIterator<string> {
    let from = start;
    let seen = -1;
    let cursors: KeyCursor[] = [];
    for (;;) {
      if (seen !== arrangement) {
        late.forEach(settle);
        seen = arrangement;
        cursors = [crank.cursor(), filling.cursor()];
        if (inFlight !== undefined) cursors.push(inFlight.cursor());
        cursors.push(cursorOver(below, end));
      }
      let least: string | undefined;
      for (const cursor of cursors) {
        const key = cursor.from(from);
        if (key !== undefined && (least === undefined || key < least)) least = key;
      }
      if (least === undefined || least >= end) return;
      from = successor(least);
      // What no layer knows came from the backend. What one hides is passed over.
      if (find(least) !== null) yield least;
    }
  }

  return {
    get,
    has,
    keys,
    set: (key, value) => {
      insistCrank('a write');
      insistKey(key);
      crank.set(key, value);
    },
    delete: (key) => {
      insistCrank('a delete');
      insistKey(key);
      crank.set(key, null);
    },
    beginCrank: () => {
      if (inCrank) throw new CooperageError('KERNEL_PANIC', 'a crank is under way already');
      inCrank = true;
    },
    acceptCrank: () => {
      insistCrank('accept');
      mayAccept();
      if (crank.rows.size > filling.rows.size && crank.rows.size > LARGE_CRANK) takeOver();
      else merge();
      readying = undefined;
      inCrank = false;
      arrangement += 1;
      onAccept();
    },
    abortCrank: () => {
      insistCrank('abort');
      crank.clear();
      readying = undefined;
      inCrank = false;
      arrangement += 1;
    },
    suspendCrank: () => {
      insistCrank('suspend');
      suspended = crank;
      crank = new Layer();
      inCrank = false;
      arrangement += 1;
    },
    resumeCrank: () => {
      if (inCrank || suspended === undefined) {
        throw new CooperageError('KERNEL_PANIC', 'no crank is suspended, or another one is open');
      }
      crank = suspended;
      suspended = undefined;
      inCrank = true;
      arrangement += 1;
    },
    readyCrank: (count) => {
      if (crank.rows.size <= LARGE_CRANK) return false;
      readying ??= crank.rows.entries();
      for (let i = 0; i < count; i += 1) {
        const next = readying.next();
        if (next.done === true) return false;
        const [key, row] = next.value;
        if (row === null && !filling.rows.has(key) && !hasBelowGroup(key)) crank.remove(key);
      }
      return true;
    },
    crankWrites: () => {
      const writes = new Map(crank.rows);
      for (const rows of late) for (const [key, row] of rows.changed()) writes.set(key, row);
      return writes;
    },
    attach: (rows) => {
      late.push(rows);
      return () => settle(rows);
    },
    get pendingWrites() {
      let count = filling.rows.size;
      for (const { size } of late) count += size;
      return count;
    },
    startFlight: () => {
      late.forEach(settle);
      inFlight = filling;
      filling = new Layer();
      arrangement += 1;
      return inFlight.rows;
    },
    land: () => {
      inFlight = undefined;
      arrangement += 1;
    },
    replaceBy: (tables) => {
      below = tables;
      late.splice(0);
      crank.clear();
      filling = new Layer();
      inFlight = undefined;
      inCrank = false;
      suspended = undefined;
      readying = undefined;
      arrangement += 1;
    },
  };
};

/** A cursor over tables that only know how to iterate. */
const cursorOver = (tables: ReadableTables, end: string): KeyCursor => {
  let keys: IterableIterator<string> | undefined;
  let here: string | undefined;
  let done = false;
  return {
    from: (key) => {
      keys ??= tables.keys(key, end);
      while (!done && (here === undefined || here < key)) {
        const next = keys.next();
        if (next.done === true) done = true;
        else here = next.value;
      }
      return done ? undefined : here;
    },
  };
};
