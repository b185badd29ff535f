import { type Database, open, type RootDatabase, type RootDatabaseOptionsWithPath } from 'lmdb';
import { readKey, writeKey } from './coding/key-coding.js';
import { provideLockFile } from './files/lock-file.js';
import type { MetaRows } from './meta-rows.js';

/** One LMDB environment with its three databases. */
export interface Environment {
  readonly root: RootDatabase<Uint8Array, string>;
  readonly tables: Database<string, string>;
  readonly meta: MetaRows;
  readonly blobs: Database<Uint8Array, string>;
}

/** What the published types leave out. */
type NamedOptions = Parameters<RootDatabase['openDB']>[1] & {
  readonly create: boolean;
  readonly keyEncoder?: { readonly writeKey: typeof writeKey; readonly readKey: typeof readKey };
};

const KEY_CODING = { keyEncoder: { writeKey, readKey } };

/**
 * @param path   of the data file
 * @param use whether databases that are missing are made, and whether any may be written
 * @param durable whether a transaction waits for the disk
 * @returns undefined where a database is missing and is not to be made
 */
export const openEnvironment = async (
  path: string,
  use: 'create' | 'open' | 'read-only',
  durable = true,
): Promise<Environment | undefined> => {
  const options: RootDatabaseOptionsWithPath & { eventTurnBatching: boolean } = {
    path,
    noSubdir: true,
    encoding: 'binary',
    maxDbs: 4,
    // With it, a power cut after a kill and a restart left a corrupt file in a third of the cases.
    overlappingSync: false,
    ...(!durable && { noSync: true }),
    readOnly: use === 'read-only',
    // With it, each batch is put into another one, whose promise is out of reach: where a commit
    // fails, its rejection goes unhandled and ends the process.
    eventTurnBatching: false,
  };
  provideLockFile(path);
  // This also clears what readers that were killed have left behind.
  const root = open<Uint8Array, string>(options);
  const openNamed = <V, K extends string>(
    name: string,
    encoding: 'string' | 'binary',
    coding: Partial<NamedOptions> = {},
  ): Database<V, K> | undefined =>
    root.openDB<V, K>(name, { encoding, create: use === 'create', ...coding } as NamedOptions);

  const meta = openNamed<string, 'format'>('meta', 'string') as MetaRows | undefined;
  const tables = openNamed<string, string>('tables', 'string', KEY_CODING);
  const blobs = openNamed<Uint8Array, string>('blobs', 'binary');
  if (meta !== undefined && tables !== undefined && blobs !== undefined) {
    return { root, meta, tables, blobs };
  }
  await root.close();
  return undefined;
};
