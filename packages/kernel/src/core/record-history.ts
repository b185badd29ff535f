import {
  type AmbientInput,
  type CrankCause,
  formatCause,
  type HostCall,
} from '../tables/history.js';
import type { Host } from '../host.js';
import { formerKey } from '../tables/former-keys.js';
import { keys } from '../tables/schema.js';
import type { KernelTables } from '../tables/kernel-tables.js';
import { type CrankTables, KEYS_END, type Work } from '@cooperage/types';

/**
 * SHA-256, or as good, of texts one after the other: the core has no cryptography of its own. What a crank writes
 * can be more than one text can hold.
 */
export type Digest = (texts: readonly string[]) => string;

/** Writes down each crank: why there was one, and a hash of what it did. */
export interface RecordHistory {
  /** The last thing in a crank, when all else is written. */
  recordCrank(cause: CrankCause, ambient?: AmbientInput): Work;
  /** The host, with `onCall` told of each call. */
  watch(host: Host, onCall: (call: HostCall) => void): Host;
}

/**
 * Heap images are made when it suits the machine, and what they replace is
 * deleted then; the versions of engines are the host's: none of them is part of what a crank does.
 */
export const isIncidental = (key: string, value: string | null): boolean =>
  /^(v\d{1,16}\.s|image|engine)\./.test(key) || (value === null && /^v\d{1,16}\.t\./.test(key));

const isKept = (key: string): boolean => !key.startsWith('history.');

/**
 * What a crank wrote, as texts one after the other. Equal for equal writes, in whatever order
 * they were made; lengths make it unambiguous where a key ends.
 */
export const formatWrites = (writes: ReadonlyMap<string, string | null>): string[] => {
  const named = [...writes.keys()].filter(isKept).map((key) => [formerKey(key), key] as const);
  const texts: string[] = [];
  for (const [key, present] of named.sort(([one], [other]) => (one < other ? -1 : 1))) {
    const value = writes.get(present) as string | null;
    if (isIncidental(key, value)) continue;
    if (value === null) texts.push(`${key.length}:-:${key}`);
    else texts.push(`${key.length}:${value.length}:${key}`, value);
  }
  return texts;
};

/** Without what was not said, so that it is read back as it was. */
const asCall = (method: string, args: readonly unknown[]): HostCall => {
  let { length } = args;
  while (length > 0 && args[length - 1] === undefined) length -= 1;
  return [method, ...args.slice(0, length)];
};

const isEmpty = (rows: CrankTables): boolean => {
  for (const key of rows.keys('', KEYS_END)) if (key !== keys.schema) return false;
  return true;
};

export const makeRecordHistory = (
  rows: CrankTables,
  { history }: KernelTables,
  digest: Digest,
): RecordHistory => {
  if (history.newest() === undefined && !isEmpty(rows)) {
    rows.beginCrank();
    history.append(1, digest(['begin']), JSON.stringify(['begin'] satisfies CrankCause));
    rows.acceptCrank();
  }
  return {
    // eslint-disable-next-line require-yield -- to be done in slices
    *recordCrank(cause, ambient) {
      const last = history.newest() ?? { crank: 0, hash: '' };
      const crank = last.crank + 1;
      const what = formatCause(cause, ambient);
      const hash = digest([`${last.hash} ${crank} ${what}\n`, ...formatWrites(rows.crankWrites())]);
      history.append(crank, hash, what);
    },
    watch: (host, onCall) => {
      const methods = Object.entries(host) as [string, (...args: unknown[]) => unknown][];
      return Object.fromEntries(
        methods.map(([name, method]) => [
          name,
          (...args: unknown[]) => {
            onCall(asCall(name, args));
            return method(...args);
          },
        ]),
      ) as unknown as Host;
    },
  };
};
