import type { Tables } from '@cooperage/types';
import type { CrankCause, HostCall } from './crank-cause.js';
import { withPresentCalls } from './former-calls.js';
import { endOf, keys, numberAtEnd } from './schema.js';
import { makeTimes, type Times } from './times.js';

export type { CrankCause, HostCall };

/** Inputs of a crank besides its cause, for vats with the option `ambient`. */
export interface AmbientInput {
  /** Milliseconds since 1970. */
  readonly time?: number;
  readonly entropy?: string;
}

export interface HistoryEntry {
  /** 1, 2, 3, … */
  readonly crank: number;
  /** A hash of the crank's writes, its cause, and the hash of the crank before. */
  readonly hash: string;
  readonly cause: CrankCause;
  readonly ambient?: AmbientInput;
}

/** The text of a crank in the history, without its hash. */
export const formatCause = (cause: CrankCause, ambient?: AmbientInput): string =>
  JSON.stringify(ambient === undefined ? cause : { cause, ambient });

const parseCause = (text: string): Pick<HistoryEntry, 'cause' | 'ambient'> => {
  const parsed = JSON.parse(text) as CrankCause | Pick<HistoryEntry, 'cause' | 'ambient'>;
  if (!('cause' in parsed)) return { cause: withPresentCalls(parsed) };
  return { ...parsed, cause: withPresentCalls(parsed.cause) };
};

/** The history: every crank on the tables, in order, if it is kept. */
export interface History {
  /** When its cranks ran. */
  readonly times: Times;
  /** The newest crank and its hash; undefined if no history is kept. */
  newest(): { readonly crank: number; readonly hash: string } | undefined;
  /** Number of the oldest crank that is left; undefined for none. */
  oldest(): number | undefined;
  find(crank: number): HistoryEntry | undefined;
  /** @param cause as text */
  append(crank: number, hash: string, cause: string): void;
  /** Deletes the cranks up to and including this one; the newest one stays. */
  trim(crank: number): void;
  /** Deletes the history and stops keeping it. */
  deleteAll(): void;
}

export const makeHistory = (rows: Tables): History => {
  const first = keys.history(0);
  const times = makeTimes(rows);

  const oldest = (): number | undefined => {
    for (const key of rows.keys(first, keys.historyNewest)) return numberAtEnd(key);
    return undefined;
  };

  const newest: History['newest'] = () => {
    const text = rows.get(keys.historyNewest);
    if (text === undefined) return undefined;
    const [crank, hash] = text.split(' ') as [string, string];
    return { crank: Number(crank), hash };
  };

  return {
    times,
    newest,
    oldest,
    find: (crank) => {
      const text = rows.get(keys.history(crank));
      if (text === undefined) return undefined;
      const end = text.indexOf(' ');
      return { crank, hash: text.slice(0, end), ...parseCause(text.slice(end + 1)) };
    },
    append: (crank, hash, cause) => {
      rows.set(keys.history(crank), `${hash} ${cause}`);
      rows.set(keys.historyNewest, `${crank} ${hash}`);
    },
    trim: (crank) => {
      const last = Math.min(crank, (newest()?.crank ?? 0) - 1);
      for (const key of [...rows.keys(first, keys.history(last + 1))]) rows.delete(key);
      times.trim(last);
    },
    deleteAll: () => {
      for (const prefix of ['history.', keys.timesPrefix]) {
        for (const key of [...rows.keys(prefix, endOf(prefix))]) rows.delete(key);
      }
    },
  };
};
