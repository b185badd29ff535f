import {
  AT_ONCE,
  type CrankTables,
  finishWork,
  type LateRows,
  messageOf,
  type Pace,
  type Tables,
  type Work,
} from '@cooperage/types';
import { KernelStop } from '../panic.js';

/** Parsed rows of one kind. */
export interface Cells<Row> {
  /** A caller that changes the row must call `set` with it. */
  get(key: string): Row | undefined;
  /** Like `get`, for scans of many rows: a row that was not cached is not added to the cache. */
  peek(key: string): Row | undefined;
  set(key: string, row: Row): void;
  /** Like `set`, for a key that does not exist. */
  add(key: string, row: Row): void;
  delete(key: string): void;
}

/** The representation of rows of one kind. */
export interface RowForm<Row> {
  readonly parse: (text: string) => Row;
  readonly format: (row: Row) => string;
  /** Copies a row that is changed in place, once in a crank, so that an aborted crank can be undone. */
  readonly copy?: (row: Row) => Row;
  /** Characters of data in a row that may have many: the cost of its serialization. */
  readonly weigh?: (row: Row) => number;
}

/**
 * A cache of rows. A crank reads and writes the same few rows again and again, and creates many that it or one of the
 * next cranks deletes. Rows are parsed when they are first read. If the tables take late rows, the rows that still
 * exist are serialized once per commit group, and most never are; otherwise at the end of each crank. The kernel is
 * the only writer of its rows, so what was read stays valid in later cranks. Call `flush` before rows are iterated or
 * deleted by range.
 */
export interface CellCache {
  make<Row>(form: RowForm<Row>): Cells<Row>;
  /** Writes the changes of the crank to the tables. */
  flush(): void;
  /** The same in slices. */
  flushInSlices(pace: Pace): Work;
  /** Call it after the last change of the crank: writes a large crank, in slices. */
  finish(pace: Pace): Work;
  /** The crank was accepted. */
  accept(): void;
  /** Undoes the changes of the crank. */
  forget(): void;
  /** Call it between two slices of a crank: readers see the tables without the crank. */
  suspend(): void;
  /** The next slice begins. */
  resume(): void;
}

interface Cell {
  readonly key: string;
  readonly form: RowForm<never>;
  /** undefined if there is no such row. */
  row: unknown;
  /** Whether the tables have a row with this key; undefined if unknown. */
  stored: boolean | undefined;
  /** An accepted crank has changed the row, and the tables do not have the change yet. */
  late: boolean;
  /** Whether the present crank has changed it. */
  changed: boolean;
  /** The crank for which `before` was saved. */
  crank: number;
  /** The state of a late row before that crank. */
  before: unknown;
}

const makeCell = (
  key: string,
  form: RowForm<never>,
  row: unknown,
  stored: boolean | undefined,
): Cell => ({ key, form, row, stored, late: false, changed: false, crank: 0, before: undefined });

/** The number of recently used rows that are kept from crank to crank; older ones are dropped. */
const RECENT_CELLS = 20_000;

/** A crank that changes more rows than this writes them in slices. */
const LARGE_CRANK = 1_000;

/** Bounds for late rows and the characters in them: their serialization takes about 20 milliseconds. */
const LATE_ROWS = 8_000;
const LATE_CHARACTERS = 2_000_000;

/** Characters of data that are serialized in the time of one unit of work. */
const CHARACTERS_PER_WORK = 2_000;

/** The kernel wrote the row: if it cannot be parsed, no vat is to blame. */
const parseRow = <Row>(key: string, text: string, parse: (text: string) => Row): Row => {
  try {
    return parse(text);
  } catch (cause) {
    throw new KernelStop('STORE_CORRUPT', `the row ${key} is damaged: ${messageOf(cause)}`, {
      cause,
    });
  }
};

/** @param tables takes late rows if it has `attach` */
export const makeCellCache = (tables: Tables & Pick<CrankTables, 'attach'>): CellCache => {
  let recent = new Map<string, Cell>();
  /** Less recently used rows. A row that is used again moves to the recent ones; late rows are never among these. */
  let older = new Map<string, Cell>();
  /** Changed by the present crank, each once. */
  let changed: Cell[] = [];
  /** Late when they were added, each once; some have been deleted since. */
  let late: Cell[] = [];
  let lateCount = 0;
  /** A lower bound of the characters in them. */
  let lateWeight = 0;
  /** Number of the present or next crank. */
  let crank = 1;
  /** The state of a crank between two of its slices. */
  let suspended: { recent: Map<string, Cell>; older: Map<string, Cell> } | undefined;

  /** The row as it was before the present crank. */
  const settledRow = (cell: Cell): unknown => (cell.crank === crank ? cell.before : cell.row);

  const textOf = ({ form }: Cell, row: unknown): string => form.format(row as never);

  const weightOf = ({ form, row }: Cell): number =>
    row === undefined ? 0 : (form.weigh?.(row as never) ?? 0);

  const find = (key: string): Cell | undefined => {
    const cell = recent.get(key);
    if (cell !== undefined || older.size === 0) return cell;
    const found = older.get(key);
    if (found === undefined) return undefined;
    older.delete(key);
    recent.set(key, found);
    return found;
  };

  /** Saves a late row before it is changed, perhaps in place. */
  const saveBefore = (cell: Cell): void => {
    cell.crank = crank;
    const { row, form } = cell;
    cell.before = row === undefined || form.copy === undefined ? row : form.copy(row as never);
  };

  const lateRows: LateRows = {
    get size() {
      return lateCount;
    },
    find: (key) => {
      const cell = recent.get(key);
      if (cell === undefined || !cell.late) return undefined;
      const row = settledRow(cell);
      return row === undefined ? null : textOf(cell, row);
    },
    take: (write) => {
      for (const cell of late) {
        if (!cell.late) continue;
        cell.late = false;
        const row = settledRow(cell);
        write(cell.key, row === undefined ? null : textOf(cell, row));
        cell.stored = row !== undefined;
        if (cell.row === undefined && !cell.changed) recent.delete(cell.key);
      }
      late = [];
      lateCount = 0;
      lateWeight = 0;
    },
    changed: () => {
      const writes: [string, string | null][] = [];
      for (const cell of changed) {
        if (cell.row !== undefined) writes.push([cell.key, textOf(cell, cell.row)]);
        else if (wasThere(cell)) writes.push([cell.key, null]);
      }
      return writes;
    },
  };
  const settle = tables.attach?.(lateRows);

  /** The writes of a crank must be a function of the tables, not of the cache. */
  const wasThere = (cell: Cell): boolean =>
    cell.late ? settledRow(cell) !== undefined : (cell.stored ??= tables.has(cell.key));

  const write = (cell: Cell): void => {
    cell.changed = false;
    if (cell.row !== undefined) {
      tables.set(cell.key, textOf(cell, cell.row));
      cell.stored = true;
      return;
    }
    if (wasThere(cell)) tables.delete(cell.key);
    recent.delete(cell.key);
  };

  const flushInSlices = function* (pace: Pace): Work {
    settle?.();
    const writing = changed;
    changed = [];
    for (const each of writing) {
      const work = 1 + Math.floor(weightOf(each) / CHARACTERS_PER_WORK);
      write(each);
      if (pace.spend(work)) yield;
    }
  };

  const isLargeCrank = (): boolean => {
    if (changed.length > LARGE_CRANK) return true;
    let weight = 0;
    for (const cell of changed) weight += weightOf(cell);
    return weight > LATE_CHARACTERS;
  };

  const change = (key: string, row: unknown, form: RowForm<never>, stored?: false): void => {
    let cell = find(key);
    if (cell === undefined) {
      cell = makeCell(key, form, row, stored);
      cell.changed = true;
      recent.set(key, cell);
      changed.push(cell);
      return;
    }
    if (cell.late && cell.crank !== crank) saveBefore(cell);
    cell.row = row;
    if (cell.changed) return;
    cell.changed = true;
    changed.push(cell);
  };

  return {
    make: <Row>(rowForm: RowForm<Row>): Cells<Row> => {
      const form = rowForm as unknown as RowForm<never>;
      const { parse, copy } = rowForm;
      const isChangedInPlace = copy !== undefined;
      return {
        get: (key) => {
          const cell = find(key);
          if (cell !== undefined) {
            if (isChangedInPlace && cell.late && cell.crank !== crank) saveBefore(cell);
            return cell.row as Row | undefined;
          }
          const text = tables.get(key);
          const row = text === undefined ? undefined : parseRow(key, text, parse);
          // The absence of a row is cached too: most of the rows that every crank asks for do not exist.
          const stored = text !== undefined;
          recent.set(key, makeCell(key, form, row, stored));
          return row;
        },
        peek: (key) => {
          const cell = find(key);
          if (cell !== undefined) return cell.row as Row | undefined;
          const text = tables.get(key);
          return text === undefined ? undefined : parseRow(key, text, parse);
        },
        set: (key, row) => change(key, row, form),
        add: (key, row) => change(key, row, form, false),
        delete: (key) => change(key, undefined, form),
      };
    },
    flush: () => finishWork(flushInSlices(AT_ONCE)),
    flushInSlices,
    *finish(pace) {
      if (settle === undefined || isLargeCrank()) yield* flushInSlices(pace);
    },
    accept: () => {
      for (const cell of changed) {
        cell.changed = false;
        const isGone = cell.row === undefined && cell.stored === false;
        if (cell.late && isGone) lateCount -= 1;
        if (!cell.late && !isGone) {
          late.push(cell);
          lateCount += 1;
        }
        cell.late = !isGone;
        lateWeight += weightOf(cell);
        // A row that was created and deleted since the last group is never written.
        if (isGone) recent.delete(cell.key);
      }
      changed = [];
      crank += 1;
      if (lateCount > LATE_ROWS || lateWeight > LATE_CHARACTERS) settle?.();
      if (recent.size <= RECENT_CELLS) return;
      settle?.();
      older = recent;
      recent = new Map();
    },
    suspend: () => {
      settle?.();
      suspended = { recent, older };
      recent = new Map();
      older = new Map();
    },
    resume: () => {
      if (suspended === undefined) return;
      settle?.();
      ({ recent, older } = suspended);
      suspended = undefined;
    },
    forget: () => {
      // Late rows exist only here. The present crank may have changed any other row in place.
      const kept = new Map<string, Cell>();
      for (const cell of late) {
        if (!cell.late) continue;
        cell.row = settledRow(cell);
        cell.changed = false;
        kept.set(cell.key, cell);
      }
      recent = kept;
      older = new Map();
      changed = [];
      crank += 1;
    },
  };
};
