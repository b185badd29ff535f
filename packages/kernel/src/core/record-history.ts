import {
  type AmbientInput,
  type CrankCause,
  formatCause,
  type HostCall,
} from '../tables/history.js';
import type { Host } from '../host.js';
import { withFormerCalls } from '../tables/former-calls.js';
import { formerKey } from '../tables/former-keys.js';
import { keys } from '../tables/schema.js';
import type { KernelTables } from '../tables/kernel-tables.js';
import { type CrankTables, KEYS_END, type Work } from '@cooperage/types';

/**
 * SHA-256, or an equally strong hash, of a list of texts. The core has no cryptography of its own. It passes a list,
 * because the writes of a crank may exceed the length of a string.
 */
export type Digest = (texts: readonly string[]) => string;

/** Records each crank: its cause, and a hash of its writes. */
export interface RecordHistory {
  /** Call it last in a crank, after all other writes. */
  recordCrank(cause: CrankCause, ambient?: AmbientInput): Work;
  /** Returns a host that reports each call to `onCall`. */
  watch(host: Host, onCall: (call: HostCall) => void): Host;
}

/**
 * Rows that are no part of what a crank does. The time at which heap images are made and replaced depends on the
 * machine, and the versions of engines and the times of cranks belong to the host.
 */
export const isIncidental = (key: string, value: string | null): boolean =>
  /^(v\d{1,16}\.s|image|engine|times)\./.test(key) ||
  (value === null && /^v\d{1,16}\.t\./.test(key));

const isKept = (key: string): boolean => !key.startsWith('history.');

type Writes = ReadonlyMap<string, string | null>;

/** The keys that are kept, by their names in a history, in the order of these. */
const namedKeys = (writes: Writes): (readonly [name: string, key: string])[] => {
  const keyOf = new Map<string, string>();
  const named: [name: string, key: string][] = [];
  for (const key of writes.keys()) {
    if (!isKept(key)) continue;
    const name = formerKey(key);
    keyOf.set(name, key);
    named.push([name, key]);
  }
  // Only where rows are renamed two keys have one name.
  if (keyOf.size < named.length) return named.sort(([one], [other]) => (one < other ? -1 : 1));
  return [...keyOf.keys()].sort().map((name) => [name, keyOf.get(name) as string]);
};

/**
 * The writes of a crank, as a list of texts. Equal writes give equal texts in whatever order they were made; the
 * lengths make the borders of keys unambiguous.
 */
export const formatWrites = (writes: Writes): string[] => {
  const texts: string[] = [];
  for (const [name, key] of namedKeys(writes)) {
    const value = writes.get(key) as string | null;
    if (isIncidental(name, value)) continue;
    if (value === null) texts.push(`${name.length}:-:${name}`);
    else texts.push(`${name.length}:${value.length}:${name}`, value);
  }
  return texts;
};

/** Without trailing undefined arguments, so that a call is the same after it was written and read. */
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
      const hashed = formatCause(withFormerCalls(cause), ambient);
      const writes = formatWrites(rows.crankWrites());
      const hash = digest([`${last.hash} ${crank} ${hashed}\n`, ...writes]);
      history.append(crank, hash, formatCause(cause, ambient));
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
