/** Rows of one kind. A row is never changed in place, so that a copy of a world is a copy of its maps. */
export interface Table<T> {
  readonly rows: ReadonlyMap<string, T>;
  get(key: string): T | undefined;
  put(key: string, row: T): void;
  delete(key: string): void;
}

export type Writes = readonly (readonly [table: string, key: string, row: unknown])[];

/** All tables of one shard, and what was written to them since the last group. */
export interface Tables {
  readonly kept: ReadonlyMap<string, ReadonlyMap<string, unknown>>;
  table<T>(name: string): Table<T>;
  /** Forgets what was written since the last `end` of a crank. */
  abort(): void;
  endCrank(): void;
  /** What the group holds; the next one begins empty. */
  takeGroup(): Writes;
  /** With what was written since the last group. */
  copy(): Tables;
}

type Maps = Map<string, Map<string, unknown>>;

export const copyMaps = (maps: ReadonlyMap<string, ReadonlyMap<string, unknown>>): Maps => {
  const copied: Maps = new Map();
  for (const [name, rows] of maps) copied.set(name, new Map(rows));
  return copied;
};

export const applyWrites = (maps: Maps, writes: Writes): void => {
  for (const [name, key, row] of writes) {
    let rows = maps.get(name);
    if (rows === undefined) maps.set(name, (rows = new Map<string, unknown>()));
    if (row === undefined) rows.delete(key);
    else rows.set(key, row);
  }
};

export const makeTables = (maps: Maps, group = new Map<string, Set<string>>()): Tables => {
  let undo: [Map<string, unknown>, string, unknown][] = [];
  const rowsOf = (name: string): Map<string, unknown> => {
    const found = maps.get(name);
    if (found !== undefined) return found;
    const made = new Map<string, unknown>();
    maps.set(name, made);
    return made;
  };
  const touch = (name: string, rows: Map<string, unknown>, key: string): void => {
    undo.push([rows, key, rows.get(key)]);
    const keys = group.get(name);
    if (keys === undefined) group.set(name, new Set([key]));
    else keys.add(key);
  };
  return {
    kept: maps,
    table: <T>(name: string): Table<T> => {
      const rows = rowsOf(name);
      return {
        rows: rows as Map<string, T>,
        get: (key) => rows.get(key) as T | undefined,
        put: (key, row) => {
          touch(name, rows, key);
          rows.set(key, row);
        },
        delete: (key) => {
          if (!rows.has(key)) return;
          touch(name, rows, key);
          rows.delete(key);
        },
      };
    },
    abort: () => {
      for (const [rows, key, row] of undo.reverse()) {
        if (row === undefined) rows.delete(key);
        else rows.set(key, row);
      }
      undo = [];
    },
    endCrank: () => {
      undo = [];
    },
    takeGroup: () => {
      const writes = [...group].flatMap(([name, keys]) =>
        [...keys].map((key) => [name, key, rowsOf(name).get(key)] as const),
      );
      group.clear();
      return writes;
    },
    copy: () =>
      makeTables(
        copyMaps(maps),
        new Map<string, Set<string>>(
          [...group].map(([name, keys]) => [name, new Set<string>(keys)]),
        ),
      ),
  };
};
