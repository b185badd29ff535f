/** Where in the text of a module an import stands: for messages, not for linking. */

const IMPORT = /(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*)(["'])([^"'\n]+)\1/g;

const lineOf = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;

/** The line of the first import of this, 1 where none is found. */
export const lineOfImport = (text: string, specifier: string): number => {
  for (const { 2: found, index } of text.matchAll(IMPORT)) {
    if (found === specifier) return lineOf(text, index);
  }
  return 1;
};
