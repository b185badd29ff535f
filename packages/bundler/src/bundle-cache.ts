/**
 * Bundles by the path of their entry: one file each, its first line what the bundle was made from and with,
 * the rest the bundle. Written beside its place and renamed, so that processes need not know of one another;
 * read with its hash checked, so that nothing else than what was bundled ever runs in a vat.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BundleID, formatBundleID } from '@cooperage/types';
import type { BundleText } from './format.js';
import { areUnchanged, type InputFile, type Inputs } from './inputs.js';

/** Of the files of this cache. */
const FORMAT = 3;

export interface Bundle {
  /** JSON, as `@endo/import-bundle` takes it. */
  readonly text: string;
  /** Its hash: the name under which a store keeps it. */
  readonly id: BundleID;
  /** From places in the bundle to those in its sources, as JSON; undefined for a bundle that came without. */
  readonly sourceMap: string | undefined;
  /** What it was made from; undefined for a bundle that came without. */
  readonly files?: readonly InputFile[];
}

interface Header {
  readonly format: number;
  readonly tool: string;
  readonly id: BundleID;
  /** Characters of the bundle's text; the source map follows. */
  readonly length: number;
  readonly inputs: Inputs;
}

const hashOf = (text: string): string => createHash('sha512').update(text).digest('hex');

export const bundleIDOf = (text: string): BundleID => formatBundleID(hashOf(text));

/** The hash of the source map that belongs to a bundle. */
const sourceMapOf = (text: string): string => (JSON.parse(text) as BundleText).cooperage.sourceMap;

const fileOf = (directory: string, entry: string): string =>
  join(directory, `${createHash('sha256').update(entry).digest('hex').slice(0, 32)}.bundle`);

/** @param tool the versions of everything that makes bundles */
export const findCached = async (
  directory: string,
  entry: string,
  tool: string,
): Promise<Bundle | undefined> => {
  let content: string;
  try {
    content = await readFile(fileOf(directory, entry), 'utf8');
  } catch {
    return undefined;
  }
  const end = content.indexOf('\n');
  try {
    const {
      format,
      tool: madeWith,
      id,
      length,
      inputs,
    } = JSON.parse(content.slice(0, end)) as Header;
    if (format !== FORMAT || madeWith !== tool || !areUnchanged(inputs)) return undefined;
    const text = content.slice(end + 1, end + 1 + length);
    const sourceMap = content.slice(end + 1 + length);
    if (bundleIDOf(text) !== id || sourceMapOf(text) !== hashOf(sourceMap)) return undefined;
    return { text, id, sourceMap, files: inputs.files };
  } catch {
    // Half a file, or one with other contents: it is written again.
    return undefined;
  }
};

/** A cache that cannot be written makes the next start slower, and that is all. */
export const putCached = async (
  directory: string,
  entry: string,
  tool: string,
  { text, id, sourceMap = '' }: Bundle,
  inputs: Inputs,
): Promise<void> => {
  const header: Header = { format: FORMAT, tool, id, length: text.length, inputs };
  const file = fileOf(directory, entry);
  const unfinished = `${file}.${process.pid}.${randomUUID()}.new`;
  try {
    await mkdir(directory, { recursive: true });
    await writeFile(unfinished, `${JSON.stringify(header)}\n${text}${sourceMap}`);
    await rename(unfinished, file);
  } catch {
    await rm(unfinished, { force: true }).catch(() => undefined);
  }
};
