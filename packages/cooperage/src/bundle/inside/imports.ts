/** Imports as they stand in the text of a module: for messages, not for linking. */

export interface FoundImport {
  /** The importing file. */
  readonly path: string;
  readonly line: number;
  readonly specifier: string;
  /** By `import` or `export … from`, which must succeed; `require` may be meant to fail. */
  readonly isStatic: boolean;
}

const IMPORT = /(\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*)(["'])([^"'\n]+)\2/g;

const lineOf = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;

export function* importsOf(modules: ReadonlyMap<string, string>): Generator<FoundImport> {
  for (const [path, text] of modules) {
    for (const { 1: keyword, 3: specifier, index } of text.matchAll(IMPORT)) {
      yield {
        path,
        line: lineOf(text, index),
        specifier: specifier as string,
        isStatic: !(keyword as string).startsWith('require'),
      };
    }
  }
}
