import { expect, test } from 'vitest';
import { importsOf, packageOf, resolveRelative } from '../src/imports.js';

test('every way to import is seen, with its line', () => {
  const text = [
    "import { a } from './value.js';",
    "import type { B } from './type.js';",
    "import './effect.js';",
    "export * from './again.js';",
    "export type { C } from './type-again.js';",
    "type D = import('./inline.js').D;",
    "const e = await import('./dynamic.js');",
    "import f = require('./old.js');",
    "// import './comment.js';",
  ].join('\n');
  expect(importsOf({ path: 'x.ts', text })).toEqual(
    [
      './value.js',
      './type.js',
      './effect.js',
      './again.js',
      './type-again.js',
      './inline.js',
      './dynamic.js',
      './old.js',
    ].map((specifier, index) => ({ specifier, place: `x.ts:${String(index + 1)}` })),
  );
});

test('a package is named by its scope too, and not by the path in it', () => {
  expect(packageOf('@endo/marshal/encode.js')).toBe('@endo/marshal');
  expect(packageOf('lmdb/index.js')).toBe('lmdb');
});

test('a relative import of TypeScript means the source', () => {
  expect(resolveRelative('a/b/c.ts', '../d.js')).toBe('a/d.ts');
  expect(resolveRelative('a/b/c.js', './d.js')).toBe('a/b/d.js');
});
