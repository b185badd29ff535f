import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { mkdirSync } from 'node:fs';
import { open, type RootDatabase } from 'lmdb';
import { readKey, writeKey } from '../../src/coding/key-coding.js';

export interface FormerStore {
  readonly rows: ReadonlyMap<string, string>;
  readonly blob: Uint8Array;
  /** The sequence of its newest group. */
  readonly committed: number;
  readonly epoch: number;
}

/** As format 1 wrote values. */
const encodeFormer = (value: string): string =>
  value.length > 0 && value.charCodeAt(0) !== 1 && Buffer.from(value).toString() === value
    ? value
    : `\x01${JSON.stringify(value)}`;

/** Writes what a version of this package left behind that knew format 1. */
export const writeFormerStore = async (
  folder: string,
  { rows, blob, committed, epoch }: FormerStore,
): Promise<void> => {
  mkdirSync(join(folder, 'blobs'), { recursive: true });
  const root = open({
    path: join(folder, 'store.mdb'),
    noSubdir: true,
    encoding: 'binary',
    maxDbs: 4,
    overlappingSync: false,
  });
  type Options = Parameters<RootDatabase['openDB']>[1];
  const keyEncoder = { writeKey, readKey };
  const meta = root.openDB<string, string>('meta', { encoding: 'string' });
  const tables = root.openDB<string, string>('tables', {
    encoding: 'string',
    keyEncoder,
  } as Options);
  const blobs = root.openDB<Uint8Array, string>('blobs', { encoding: 'binary' });
  await root.transaction(() => {
    void meta.put('format', '1');
    void meta.put('epoch', String(epoch));
    void meta.put('begin', String(committed));
    void meta.put('end', String(committed));
    for (const [key, value] of rows) void tables.put(key, encodeFormer(value));
    void blobs.put(createHash('sha512').update(blob).digest('hex'), blob);
  });
  await root.close();
};
