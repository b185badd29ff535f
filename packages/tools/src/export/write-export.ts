import { createHash } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeRowsHash } from '@cooperage/store';
import { KEYS_END, type StoreView } from '@cooperage/types';
import { type Footer, FORMAT, type Header, type Line, VERSION } from './format.js';

/** What an increment builds on. */
export interface Base {
  readonly commit: number;
  readonly state: string;
  /** Each row's digest, by key. */
  readonly rows: ReadonlyMap<string, string>;
  readonly blobs: ReadonlySet<string>;
}

export const digestOf = (value: string): string =>
  createHash('sha256').update(value, 'utf16le').digest('base64');

export const headerOf = (view: StoreView, base: Base | undefined): Header => {
  const newest = view.get('history.newest');
  return {
    format: FORMAT,
    version: view.has('k.schema') ? VERSION : 1,
    commit: view.committed,
    ...(newest === undefined ? {} : { crank: Number(newest.split(' ')[0]) }),
    ...(base === undefined ? {} : { base: { commit: base.commit, state: base.state } }),
  };
};

/** Characters that are collected before they are written. */
const CHUNK = 1_000_000;

const syncFolder = async (path: string): Promise<void> => {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
};

/**
 * Writes all of the view, or what `base` has otherwise, into a file that is there whole or not at all.
 * Others can work meanwhile: it waits for the disk again and again.
 */
export const writeExport = async (
  view: StoreView,
  path: string,
  header: Header,
  base: Base | undefined,
): Promise<Footer> => {
  const unfinished = `${path}.tmp`;
  const file = await open(unfinished, 'w');
  const sum = createHash('sha256');
  let chunk = '';

  const flush = async (): Promise<void> => {
    sum.update(chunk, 'utf8');
    await file.writeFile(chunk);
    chunk = '';
  };
  const put = async (line: Line | Header): Promise<void> => {
    chunk += `${JSON.stringify(line)}\n`;
    if (chunk.length >= CHUNK) await flush();
  };

  try {
    await put(header);
    let blobs = 0;
    for (const hash of [...view.blobs.list()].sort()) {
      // One that is gone by now belonged to a heap that has been written anew: no row of the view's needs it.
      const bytes = base?.blobs.has(hash) === true ? undefined : view.blobs.get(hash);
      if (bytes === undefined) continue;
      await put(['b', hash, Buffer.from(bytes).toString('base64')]);
      blobs += 1;
    }
    const state = makeRowsHash();
    const gone = [...(base?.rows.keys() ?? [])].filter((key) => !view.has(key)).sort();
    let deleted = 0;
    const putGone = async (before: string): Promise<void> => {
      for (let key = gone[deleted]; key !== undefined && key < before; key = gone[deleted]) {
        await put(['d', key]);
        deleted += 1;
      }
    };
    let rows = 0;
    for (const key of view.keys('', KEYS_END)) {
      const value = view.get(key);
      if (value === undefined) continue;
      state.add(key, value);
      if (base !== undefined && base.rows.get(key) === digestOf(value)) continue;
      await putGone(key);
      await put(['r', key, value]);
      rows += 1;
    }
    await putGone(KEYS_END);
    await flush();
    const footer: Footer = {
      blobs,
      rows,
      deleted,
      state: state.digest(),
      sha256: sum.digest('hex'),
    };
    await file.writeFile(`${JSON.stringify(footer)}\n`);
    await file.sync();
    await file.close();
    await rename(unfinished, path);
    await syncFolder(dirname(path));
    return footer;
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(unfinished, { force: true });
    throw error;
  }
};
