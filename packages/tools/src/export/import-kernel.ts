import { existsSync, readdirSync } from 'node:fs';
import { rename, rm, rmdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { peersIn } from '@cooperage/kernel';
import { hashTables } from '@cooperage/store';
import { openLmdbBackend } from '@cooperage/store-lmdb';
import {
  type Argument,
  CooperageError,
  DIRECTORY,
  insistArguments,
  listOf,
  type StoreBackend,
  text,
  wholeNumber,
} from '@cooperage/types';
import { chainTo, exportsIn, isFolder, readChain, readHeader } from './chain.js';
import { badExport } from './format.js';
import { type ExportFile, readExport } from './read-export.js';

export interface ImportOptions {
  /** Of a folder: the export up to this commit; the newest one if left out. */
  readonly to?: number;
}

export interface Imported {
  readonly directory: string;
  /** The full export, and the increments on it. */
  readonly files: readonly string[];
  readonly commit: number;
  readonly crank?: number;
  readonly state: string;
}

/** The last export of the chain, and where the others may be. */
const select = async (
  sources: readonly string[],
  to: number | undefined,
): Promise<{ readonly last: string; readonly others: readonly string[] }> => {
  const files = sources.flatMap((source) =>
    isFolder(source) ? exportsIn(source) : [resolve(source)],
  );
  for (const file of files) {
    if (!existsSync(file)) throw badExport(file, 'is not there');
  }
  const wanted: string[] = [];
  for (const file of files) {
    if (to === undefined || (await readHeader(file)).commit === to) wanted.push(file);
  }
  const last = wanted.at(-1);
  if (last === undefined) {
    throw badExport(
      sources.join(', '),
      to === undefined ? 'holds no export' : `holds no export up to commit ${to}`,
    );
  }
  return { last, others: files };
};

/** Rows that are committed in one group. */
const GROUP = 10_000;

const apply = async (files: readonly ExportFile[], backend: StoreBackend): Promise<void> => {
  let writes = new Map<string, string | null>();
  const commit = async (): Promise<void> => {
    await backend.commit({ epoch: backend.epoch, sequence: backend.committed + 1, writes });
    writes = new Map();
  };
  for (const { file } of files) {
    await readExport(file, async (line) => {
      if (line[0] === 'b') {
        const [, hash, bytes] = line;
        if ((await backend.blobs.put(Buffer.from(bytes, 'base64'))) !== hash) {
          throw badExport(file, `holds a blob that does not have the hash ${hash}`);
        }
        return;
      }
      writes.set(line[1], line[0] === 'r' ? line[2] : null);
      if (writes.size >= GROUP) await commit();
    });
    await commit();
  }
};

const IMPORT: readonly Argument[] = [
  DIRECTORY,
  { name: 'sources', rule: listOf(text('the path of a file or folder'), 'an array of paths') },
  { table: { to: { value: wholeNumber(0, Number.MAX_SAFE_INTEGER, 'a commit') } } },
];

const insistEmpty = (directory: string): void => {
  if (!existsSync(directory) || readdirSync(directory).length === 0) return;
  throw new CooperageError(
    'BAD_ARGUMENT',
    `${directory} is not empty: give an empty or missing directory for the import`,
  );
};

/** Peers know a kernel by its name, and a store with links gives it another one. */
const insistUnlinked = (keys: Iterable<string>, { links }: StoreBackend): void => {
  if (links === undefined) return;
  const peers = [...peersIn(keys)];
  if (peers.length === 0) return;
  throw new CooperageError(
    'BAD_ARGUMENT',
    `the exported kernel was linked with ${peers.join(', ')}, which hold references under its former name, and here it ` +
      `would be ${links.self}; import an export from before it was linked, or read this one with "cooperage import" in a directory`,
  );
};

/**
 * The same into a store that is open and empty. All of it is checked before the first group; the caller closes the store.
 *
 * @throws {CooperageError} `BAD_EXPORT`; `BAD_ARGUMENT`, also for a kernel with peers where the store has links; and what commits throw
 */
export const importInto = async (
  backend: StoreBackend,
  sources: readonly string[],
): Promise<Omit<Imported, 'directory'>> => {
  if (backend.committed !== 0) {
    throw new CooperageError(
      'BAD_ARGUMENT',
      'the store is not empty: give an empty store for the import',
    );
  }
  const { last, others } = await select(sources, undefined);
  const { base, files } = await readChain(await chainTo(last, others));
  insistUnlinked(base.rows.keys(), backend);
  const { header, footer } = files.at(-1) as ExportFile;
  await apply(files, backend);
  if (hashTables(backend) !== footer.state) {
    throw badExport(last, 'does not lead to the state whose hash it has; use another copy of it');
  }
  return {
    files: files.map(({ file }) => file),
    commit: header.commit,
    ...(header.crank === undefined ? {} : { crank: header.crank }),
    state: footer.state,
  };
};

/**
 * Makes a kernel of an export, or of a full one and the increments on it. All of it is checked first; where
 * anything is wrong nothing is there afterwards.
 *
 * @param directory missing or empty
 * @param sources   files, or folders of them
 * @throws {CooperageError} `BAD_EXPORT`, `BAD_ARGUMENT`, `STORE_FULL`
 */
export const importKernel = async (
  directory: string,
  sources: readonly string[],
  options: ImportOptions = {},
): Promise<Imported> => {
  insistArguments('importKernel', IMPORT, [directory, sources, options]);
  const { to } = options;
  const target = resolve(directory);
  insistEmpty(target);
  const { last, others } = await select(sources, to);
  const { files } = await readChain(await chainTo(last, others));
  const { header, footer } = files.at(-1) as ExportFile;
  const unfinished = `${target}.importing`;
  await rm(unfinished, { recursive: true, force: true });
  try {
    const backend = await openLmdbBackend(unfinished, { after: header.commit });
    try {
      await apply(files, backend);
      if (hashTables(backend) !== footer.state) {
        throw badExport(
          last,
          'does not lead to the state whose hash it has; use another copy of it',
        );
      }
    } finally {
      await backend.close();
    }
    if (existsSync(target)) await rmdir(target);
    await rename(unfinished, target);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  }
  return {
    directory: target,
    files: files.map(({ file }) => file),
    commit: header.commit,
    ...(header.crank === undefined ? {} : { crank: header.crank }),
    state: footer.state,
  };
};
