import { createReadStream, readdirSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { badExport, type Header } from './format.js';
import { type ExportFile, readExport } from './read-export.js';
import { type Base, digestOf } from './write-export.js';

export const isFolder = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

const SUFFIX = '.cooperage';

/** The exports in a folder, oldest first. */
export const exportsIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith(SUFFIX))
    .sort()
    .map((name) => join(folder, name));

/** Without looking at the rest of the file. */
export const readHeader = async (file: string): Promise<Header> => {
  let text = '';
  for await (const chunk of createReadStream(file, { encoding: 'utf8', highWaterMark: 4_096 })) {
    text += chunk as string;
    if (text.includes('\n') || text.length > 100_000) break;
  }
  if (text === '') throw badExport(file, 'is empty');
  try {
    return JSON.parse(text.split('\n')[0] as string) as Header;
  } catch (cause) {
    throw badExport(file, 'is not an export of a kernel', cause);
  }
};

const LAST_LINE = 1_000;

/** The state that an export leads to, from its end; whether that is true is found out when it is read. */
const readState = async (path: string): Promise<string | undefined> => {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const length = Math.min(size, LAST_LINE);
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
    const [last = ''] = buffer.toString('utf8').trimEnd().split('\n').slice(-1);
    return (JSON.parse(last) as { state?: string }).state;
  } catch {
    return undefined;
  } finally {
    await file.close();
  }
};

/**
 * The exports that lead to one, the full one first.
 *
 * @param file   the last of the chain
 * @param others where those that it builds on are looked for
 * @throws {CooperageError} `BAD_EXPORT` where one is missing
 */
export const chainTo = async (file: string, others: readonly string[]): Promise<string[]> => {
  const byState = new Map<string, string>();
  for (const each of others) {
    const state = await readState(each);
    if (state !== undefined) byState.set(state, each);
  }
  const chain = [file];
  for (;;) {
    const first = chain[0] as string;
    const { base } = await readHeader(first);
    if (base === undefined) return chain;
    const before = byState.get(base.state);
    if (before === undefined || chain.includes(before)) {
      throw badExport(
        first,
        `builds on an export up to commit ${base.commit}, which is missing; give that file, too`,
      );
    }
    chain.unshift(before);
  }
};

/**
 * Reads and checks a chain, each export on the one before.
 *
 * @throws {CooperageError} `BAD_EXPORT`
 */
export const readChain = async (
  chain: readonly string[],
): Promise<{ readonly base: Base; readonly files: readonly ExportFile[] }> => {
  const rows = new Map<string, string>();
  const blobs = new Set<string>();
  const files: ExportFile[] = [];
  for (const file of chain) {
    const read = await readExport(file, (line) => {
      if (line[0] === 'b') blobs.add(line[1]);
      else if (line[0] === 'd') rows.delete(line[1]);
      else rows.set(line[1], digestOf(line[2]));
    });
    const { base } = read.header;
    if (base !== undefined && base.state !== files.at(-1)?.footer.state) {
      throw badExport(file, 'does not build on the export before it');
    }
    files.push(read);
  }
  const { header, footer } = files.at(-1) as ExportFile;
  return { base: { commit: header.commit, state: footer.state, rows, blobs }, files };
};
