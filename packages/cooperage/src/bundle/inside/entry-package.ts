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

/** What the bundler insists on and a package need not say. Vat code is made of ES modules. */
const complete = (manifest: object, { folder }: EntryPackage): Buffer =>
  Buffer.from(JSON.stringify({ name: basename(folder) || 'vat', type: 'module', ...manifest }));

export const readManifest = (bytes: Buffer, entryPackage: EntryPackage): Buffer => {
  let manifest: unknown;
  try {
    manifest = JSON.parse(bytes.toString('utf8'));
  } catch {
    // The bundler will say what is wrong with it.
    return bytes;
  }
  if (typeof manifest !== 'object' || manifest === null) return bytes;
  return complete(manifest, entryPackage);
};

export const madeUpManifest = (entryPackage: EntryPackage): Buffer => complete({}, entryPackage);
