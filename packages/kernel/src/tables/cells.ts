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

/** Rows of one kind, as what they mean instead of as text. */
export interface Cells<Row> {
  /** A caller that changes what it gets calls `set` with it. */
  get(key: string): Row | undefined;
  /** As `get`, for one of many that are looked at once: what was not known before is not kept. */
  peek(key: string): Row | undefined;
  set(key: string, row: Row): void;
  /** `set` of a key that is not there. */
  add(key: string, row: Row): void;
  delete(key: string): void;
}

/** How rows of one kind are kept. */
export interface RowForm<Row> {
  readonly parse: (text: string) => Row;
  readonly format: (row: Row) => string;
  /** A row that is changed in place is copied once in a crank, so that an aborted crank can be undone. */
  readonly copy?: (row: Row) => Row;
  /** Characters of data in it, of rows that may hold many: what it costs to make text of the row. */
  readonly weigh?: (row: Row) => number;
}

/**
 * A crank reads and writes the same few rows again and again, and makes many that it or one of the next cranks unmakes.
 * Rows are parsed when they are first read. Where the tables take rows late, text is made once for each group of cranks
 * that is committed together, of the rows that are still there: most never become text. Elsewhere it is made at the end
 * of the crank.
 *
 * The kernel is the only writer of its rows, so what was read stays true for the next crank. Before rows are iterated or
 * deleted by range: `flush`.
 */
export interface CellCache {
  make<Row>(form: RowForm<Row>): Cells<Row>;
  /** Writes what the crank has changed into its tables. */
  flush(): void;
  /** The same in slices. */
  flushInSlices(pace: Pace): Work;
  /** The last change of the crank was made: a large one is written, in slices. */
  finish(pace: Pace): Work;
  /** The crank was accepted. */
  accept(): void;
  /** What the crank changed has never happened. */
  forget(): void;
  /** Between two slices of a crank: what is read is what the tables say, and nothing of the crank. */
  suspend(): void;
  /** The crank goes on. */
  resume(): void;
}

interface Cell {
  readonly key: string;
  readonly form: RowForm<never>;
  /** undefined: there is no such row. */
  row: unknown;
  /** Whether the tables hold a row with this key; undefined where that was not looked up. */
  stored: boolean | undefined;
  /** An accepted crank has changed the row, and the tables do not know it yet. */
  late: boolean;
  /** The crank under way has changed it. */
  changed: boolean;
  /** The crank for which `before` was noted. */
  crank: number;
  /** A late row as it was before that crank. */
  before: unknown;
}

const makeCell = (
  key: string,
  form: RowForm<never>,
  row: unknown,
  stored: boolean | undefined,
): Cell => ({ key, form, row, stored, late: false, changed: false, crank: 0, before: undefined });

/** So many rows that are used are kept from one crank to the next; from then on those that were not used are forgotten. */
const RECENT_CELLS = 20_000;

/** A crank that changes more rows writes them in slices. */
const LARGE_CRANK = 1_000;

/** Late rows, and characters of data in them, of which text is made at once: some 20 milliseconds. */
const LATE_ROWS = 8_000;
const LATE_CHARACTERS = 2_000_000;

/** Characters of data of which text is made in the time of one unit of work. */
const CHARACTERS_PER_WORK = 2_000;

/** The kernel wrote it: where it cannot be read, no vat is to blame. */
const parseRow = <Row>(key: string, text: string, parse: (text: string) => Row): Row => {
  try {
    return parse(text);
  } catch (cause) {
    throw new KernelStop('STORE_CORRUPT', `the row ${key} is damaged: ${messageOf(cause)}`, {
      cause,
    });
  }
};

/** @param tables takes rows late where it has `attach` */
export const makeCellCache = (tables: Tables & Pick<CrankTables, 'attach'>): CellCache => {
  let recent = new Map<string, Cell>();
  /** Used earlier. What is used again moves to the recent ones; late rows are never among these. */
  let older = new Map<string, Cell>();
  /** Changed by the crank under way, each once. */
  let changed: Cell[] = [];
  /** Were late when they were added, each once; some have been unmade since. */
  let late: Cell[] = [];
  let lateCount = 0;
  /** Characters of data in them, at least. */
  let lateWeight = 0;
  /** Number of the crank under way, or of the next one. */
  let crank = 1;
  /** Of a crank that is between two of its slices. */
  let suspended: { recent: Map<string, Cell>; older: Map<string, Cell> } | undefined;

  /** The row as it was before the crank under way. */
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

  /** A late row is about to be changed, maybe in place. */
  const noteBefore = (cell: Cell): void => {
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

  /** What a crank writes is a function of the tables, and not of what happens to be known of them. */
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
    if (cell.late && cell.crank !== crank) noteBefore(cell);
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
            if (isChangedInPlace && cell.late && cell.crank !== crank) noteBefore(cell);
            return cell.row as Row | undefined;
          }
          const text = tables.get(key);
          const row = text === undefined ? undefined : parseRow(key, text, parse);
          // That there is no such row is remembered too: what is asked in every crank is mostly not there.
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
        // What was made and unmade since the last group is never written.
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
      // What an accepted crank left is known here only. The crank may have changed any of the rest in place.
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
