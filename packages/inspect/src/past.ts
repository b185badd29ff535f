import { type KernelTables, makeKernelTables } from '@cooperage/kernel';
import type { Crank, Recording } from '@cooperage/recording';
import { makeKernelStore, makeMemoryBackend } from '@cooperage/store';

/** The rows of a kernel as they were after each crank of a recording. */
export interface Past {
  /** A row after a crank; undefined where it was not there. */
  rowAt(key: string, crank: number): string | undefined;
  /** The crank that wrote a row as it is after a crank, or deleted it; undefined where none did. */
  writerOf(key: string, crank: number): number | undefined;
  /** All rows after a crank, or those whose keys begin with a prefix. */
  rowsAt(crank: number, prefix?: string): ReadonlyMap<string, string>;
  /** The kernel's own tables, as they were after a crank. */
  tablesAt(crank: number): KernelTables;
  /** What a crank changed, row by row. */
  changesIn(crank: number): readonly Change[];
}

export interface Change {
  readonly key: string;
  readonly before?: string;
  /** The crank that had written it before. */
  readonly writtenIn?: number;
  readonly after?: string;
}

interface Version {
  readonly crank: number;
  readonly value: string | null;
}

/** The last version of a row that is not younger than the crank. */
const versionAt = (versions: readonly Version[], crank: number): Version | undefined => {
  let low = 0;
  let high = versions.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((versions[middle] as Version).crank <= crank) low = middle + 1;
    else high = middle;
  }
  return versions[low - 1];
};

/** Keeps each version of a row once, and nothing else: any crank is as near as any other. */
export const makePast = (recording: Recording): Past => {
  const rows = new Map<string, Version[]>();
  let indexed = 0;

  /** A recording may have grown. */
  const catchUp = (): void => {
    for (; indexed < recording.cranks.length; indexed += 1) {
      const { number, writes } = recording.cranks[indexed] as Crank;
      for (const [key, value] of writes) {
        const versions = rows.get(key);
        if (versions === undefined) rows.set(key, [{ crank: number, value }]);
        else versions.push({ crank: number, value });
      }
    }
  };

  const find = (key: string, crank: number): Version | undefined => {
    catchUp();
    return versionAt(rows.get(key) ?? [], crank);
  };

  const rowsAt = (crank: number, prefix = ''): Map<string, string> => {
    catchUp();
    const found = new Map<string, string>();
    for (const [key, versions] of rows) {
      if (!key.startsWith(prefix)) continue;
      const value = versionAt(versions, crank)?.value;
      if (typeof value === 'string') found.set(key, value);
    }
    return found;
  };

  return {
    rowAt: (key, crank) => find(key, crank)?.value ?? undefined,
    writerOf: (key, crank) => find(key, crank)?.crank,
    rowsAt,
    tablesAt: (crank) => {
      const { tables } = makeKernelStore(makeMemoryBackend());
      tables.beginCrank();
      for (const [key, value] of rowsAt(crank)) tables.set(key, value);
      tables.acceptCrank();
      return makeKernelTables(tables);
    },
    changesIn: (crank) =>
      [...(recording.crank(crank)?.writes ?? [])].map(([key, after]) => {
        const former = find(key, crank - 1);
        return {
          key,
          ...(typeof former?.value === 'string' && {
            before: former.value,
            writtenIn: former.crank,
          }),
          ...(after !== null && { after }),
        };
      }),
  };
};
