import {
  AT_ONCE,
  finishWork,
  messageOf,
  type Pace,
  type Tables,
  type Work,
} from '@cooperage/types';
import { KernelStop } from '../panic.js';

/** Rows of one kind, as what they mean instead of as text. */
export interface Cells<Row> {
  /** Whoever changes what it gets calls `set` with it. */
  get(key: string): Row | undefined;
  /** As `get`, for one of many that are looked at once: what was not known before is not kept. */
  peek(key: string): Row | undefined;
  set(key: string, row: Row): void;
  /** `set` of a key that is not there. */
  add(key: string, row: Row): void;
  delete(key: string): void;
}

/**
 * A crank reads and writes the same few rows again and again, and makes many
 * that it unmakes. Rows are parsed when they are first read and written as text
 * once, at the end of the crank: what was unmade by then is never written.
 *
 * The kernel is the only writer of its rows, so that what was read stays true
 * for the next crank. Before rows are iterated or deleted by range: `flush`.
 */
export interface CellCache {
  make<Row>(parse: (text: string) => Row, format: (row: Row) => string): Cells<Row>;
  /** Writes what has changed. */
  flush(): void;
  /** The same in slices. */
  flushInSlices(pace: Pace): Work;
  /** Knows nothing any more; what was not flushed has never happened. */
  forget(): void;
  /** Between two slices of a crank: what is read is what the tables say, and nothing of the crank. */
  suspend(): void;
  /** The crank goes on. */
  resume(): void;
}

interface Cell {
  row: unknown;
  /** Whether the tables hold a row with this key; undefined where nobody has looked. */
  stored: boolean | undefined;
  dirty: boolean;
}

/** So many rows are kept from one crank to the next. */
const MOST_CELLS = 10_000;

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

type Dirty = readonly [key: string, cell: Cell, format: (row: never) => string];

export const makeCellCache = (tables: Tables): CellCache => {
  let cells = new Map<string, Cell>();
  let dirty: Dirty[] = [];
  /** Of a crank that is between two of its slices. */
  let suspended: Map<string, Cell> | undefined;

  const write = ([key, cell, format]: Dirty): void => {
    cell.dirty = false;
    if (cell.row !== undefined) {
      tables.set(key, format(cell.row as never));
      cell.stored = true;
      return;
    }
    // What a crank writes is a function of the tables, and not of what happens to be known of them.
    if (cell.stored ?? tables.has(key)) tables.delete(key);
    cells.delete(key);
  };

  const flushInSlices = function* (pace: Pace): Work {
    const writing = dirty;
    dirty = [];
    for (const each of writing) {
      write(each);
      if (pace.spend(1)) yield;
    }
    if (cells.size > MOST_CELLS) cells = new Map();
  };

  return {
    make: <Row>(parse: (text: string) => Row, format: (row: Row) => string): Cells<Row> => {
      const change = (key: string, row: Row | undefined, stored?: false): void => {
        let cell = cells.get(key);
        if (cell === undefined) {
          cell = { row, stored, dirty: true };
          cells.set(key, cell);
          dirty.push([key, cell, format]);
          return;
        }
        cell.row = row;
        if (cell.dirty) return;
        cell.dirty = true;
        dirty.push([key, cell, format]);
      };
      return {
        get: (key) => {
          const cell = cells.get(key);
          if (cell !== undefined) return cell.row as Row | undefined;
          const text = tables.get(key);
          const row = text === undefined ? undefined : parseRow(key, text, parse);
          // That there is no such row is remembered too: what is asked in every crank is mostly not there.
          cells.set(key, { row, stored: text !== undefined, dirty: false });
          return row;
        },
        peek: (key) => {
          const cell = cells.get(key);
          if (cell !== undefined) return cell.row as Row | undefined;
          const text = tables.get(key);
          return text === undefined ? undefined : parseRow(key, text, parse);
        },
        set: (key, row) => change(key, row),
        add: (key, row) => change(key, row, false),
        delete: (key) => change(key, undefined),
      };
    },
    flush: () => finishWork(flushInSlices(AT_ONCE)),
    flushInSlices,
    suspend: () => {
      suspended = cells;
      cells = new Map();
    },
    resume: () => {
      if (suspended === undefined) return;
      cells = suspended;
      suspended = undefined;
    },
    forget: () => {
      cells = new Map();
      dirty = [];
    },
  };
};
