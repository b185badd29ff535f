import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { openLmdbView } from '@cooperage/store-lmdb';
import { CooperageError, DIRECTORY, insistArguments, type StoreView } from '@cooperage/types';
import { chainTo, exportsIn, isFolder, readChain, readHeader } from './chain.js';
import { EXPORT } from './export-arguments.js';
import { badExport, type Footer, type Header, nameOf } from './format.js';
import { type Base, headerOf, writeExport } from './write-export.js';

export interface ExportOptions {
  /**
   * Write only what changed since an earlier export in the folder: the one up to this commit, or the newest one
   * (`true`). Only for a folder.
   */
  readonly since?: number | true;
}

export interface Exported {
  /** Undefined where nothing changed since the base. */
  readonly file: string | undefined;
  readonly commit: number;
  readonly crank?: number;
  readonly base?: Header['base'];
  readonly rows: number;
  readonly deleted: number;
  readonly blobs: number;
  readonly state: string;
}

/** @throws {CooperageError} `BAD_ARGUMENT`, `BAD_EXPORT` */
const findBase = async (folder: string, since: number | true): Promise<Base> => {
  const files = isFolder(folder) ? exportsIn(folder) : [];
  for (const file of files.reverse()) {
    if (since !== true && (await readHeader(file)).commit !== since) continue;
    return (await readChain(await chainTo(file, files))).base;
  }
  const wanted = since === true ? 'no export' : `no export up to commit ${since}`;
  throw new CooperageError(
    'BAD_ARGUMENT',
    `there is ${wanted} in ${folder} to build on; make a full export first`,
  );
};

/**
 * Writes what a view of a kernel shows.
 *
 * @param target a file that is not there, or a folder, in which the export is named by its number
 * @throws {CooperageError} `BAD_ARGUMENT`; `BAD_EXPORT` where the one to build on is damaged
 */
export const exportView = async (
  view: StoreView,
  target: string,
  { since }: ExportOptions,
): Promise<Exported> => {
  const path = resolve(target);
  const intoFolder = isFolder(path) || target.endsWith('/') || since !== undefined;
  const base = since === undefined ? undefined : await findBase(path, since);
  if (intoFolder) await mkdir(path, { recursive: true });
  const header = headerOf(view, base);
  const about = {
    commit: header.commit,
    ...(header.crank === undefined ? {} : { crank: header.crank }),
    ...(header.base === undefined ? {} : { base: header.base }),
  };
  const file = intoFolder ? join(path, nameOf(header)) : path;
  if (existsSync(file)) throw badExport(file, 'exists already: exports are never overwritten');
  const { rows, deleted, blobs, state }: Footer = await writeExport(view, file, header, base);
  if (base?.state === state) {
    await rm(file);
    return { ...about, file: undefined, rows, deleted, blobs: 0, state };
  }
  return { ...about, file, rows, deleted, blobs, state };
};

/**
 * Writes a whole kernel, rows and code, as it was after one of its commits, whether it runs or not: what a
 * kernel that runs goes on doing is not held up, and not in it.
 *
 * @throws {CooperageError} `BAD_ARGUMENT`, `BAD_EXPORT`, `STORE_CORRUPT`, `STORE_NEWER_FORMAT`
 */
export const exportKernel = async (
  directory: string,
  target: string,
  options: ExportOptions = {},
): Promise<Exported> => {
  insistArguments('exportKernel', [DIRECTORY, ...EXPORT], [directory, target, options]);
  return (await exportKernelUnless(directory, target, options)) as Exported;
};

/** @param unless the kernel is still at this commit: then nothing is written, and undefined is returned */
export const exportKernelUnless = async (
  directory: string,
  target: string,
  options: ExportOptions,
  unless?: number,
): Promise<Exported | undefined> => {
  const view = await openLmdbView(directory);
  try {
    return view.committed === unless ? undefined : await exportView(view, target, options);
  } finally {
    await view.release();
  }
};
