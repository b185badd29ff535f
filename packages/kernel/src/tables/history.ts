import type { DeliveryNumber, ErrorCode, Tables, VatID } from '@cooperage/types';
import { endOf, keys, numberAtEnd } from './schema.js';

/** A call of the `Host` interface, with its arguments. */
export type HostCall = readonly [method: string, ...args: unknown[]];

/** Why there was a crank on the tables: all that is needed to have it again. */
export type CrankCause =
  /** A history that does not begin with the kernel: what was there before is not in it. */
  | readonly [tag: 'begin']
  | readonly [tag: 'input', calls: readonly HostCall[]]
  /** With the record itself where it depends on what the vat's engine collected: that is an input, too. */
  | readonly [tag: 'retire', vatID: VatID, n: DeliveryNumber, record?: string]
  | readonly [tag: 'refuse', vatID: VatID, n: DeliveryNumber, code: ErrorCode]
  | readonly [tag: 'suspend', vatID: VatID, n: DeliveryNumber];

/** What the outside put into a crank besides its cause, for vats with the option `ambient`. */
export interface AmbientInput {
  /** Milliseconds since 1970. */
  readonly time?: number;
  readonly entropy?: string;
}

export interface HistoryEntry {
  /** 1, 2, 3, … */
  readonly crank: number;
  /** Over what the crank wrote, its cause, and the hash of the crank before. */
  readonly hash: string;
  readonly cause: CrankCause;
  readonly ambient?: AmbientInput;
}

/** As text: what the history has of a crank besides its hash. */
export const formatCause = (cause: CrankCause, ambient?: AmbientInput): string =>
  JSON.stringify(ambient === undefined ? cause : { cause, ambient });

const parseCause = (text: string): Pick<HistoryEntry, 'cause' | 'ambient'> => {
  const parsed = JSON.parse(text) as CrankCause | Pick<HistoryEntry, 'cause' | 'ambient'>;
  return 'cause' in parsed ? parsed : { cause: parsed };
};

/** Every crank on the tables, in order, where a history is kept. */
export interface History {
  /** The newest crank and its hash; undefined where no history is kept. */
  newest(): { readonly crank: number; readonly hash: string } | undefined;
  /** Number of the oldest crank that was not trimmed; undefined where there is none. */
  oldest(): number | undefined;
  find(crank: number): HistoryEntry | undefined;
  /** @param cause as text */
  append(crank: number, hash: string, cause: string): void;
  /** Forgets the cranks up to and with this one; the newest one stays. */
  trim(crank: number): void;
  /** Keeps no history any more. */
  deleteAll(): void;
}

export const makeHistory = (rows: Tables): History => {
  const first = keys.history(0);

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
    },
    deleteAll: () => {
      const prefix = 'history.';
      for (const key of [...rows.keys(prefix, endOf(prefix))]) rows.delete(key);
    },
  };
};
