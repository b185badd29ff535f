/** The package of a vat's module, which decides what it may import and how it is read. */
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

export interface EntryPackage {
  /** Its folder. */
  readonly folder: string;
  /** False where no package.json was found on the way up, and one is made up for the module's folder. */
  readonly exists: boolean;
}

export const manifestOf = ({ folder }: EntryPackage): string => join(folder, 'package.json');

export const findEntryPackage = (entry: string): EntryPackage => {
  for (let folder = dirname(entry); ; folder = dirname(folder)) {
    try {
      readFileSync(join(folder, 'package.json'));
      return { folder, exists: true };
    } catch {
      if (dirname(folder) === folder) return { folder: dirname(entry), exists: false };
    }
  }
};

/** Vat code is made of ES modules: where the package does not say what it is made of, it is made of them. */
export const readManifest = (bytes: Buffer): Buffer => {
  let manifest: unknown;
  try {
    manifest = JSON.parse(bytes.toString('utf8'));
  } catch {
    return bytes;
  }
  if (typeof manifest !== 'object' || manifest === null || 'type' in manifest) return bytes;
  return Buffer.from(JSON.stringify({ ...manifest, type: 'module' }));
};

export const madeUpManifest = ({ folder }: EntryPackage): Buffer =>
  Buffer.from(
    JSON.stringify({ name: basename(folder) || 'vat', version: '0.0.0', type: 'module' }),
  );
