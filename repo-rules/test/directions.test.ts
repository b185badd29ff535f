import { expect, test } from 'vitest';
import { findCycles } from '../src/cycles.js';
import { directions, testsMayUse } from '../src/directions.js';
import { importDirections } from '../src/rules/code/import-directions.js';
import { manifestDirections } from '../src/rules/packages/manifest-directions.js';
import { makeManifest, makePackage, makeRepository } from './made-up.js';

test('the drawing has no cycle, the needs of tests included', () => {
  const edges = Object.keys(directions).map((row) => [row, new Set(testsMayUse(row))] as const);
  expect(findCycles(new Map(edges))).toEqual([]);
});

test('no package but a test depends on the compliance suites', () => {
  expect(Object.values(directions).flat()).not.toContain('compliance');
});

test('an import against the direction is reported, of a type too', () => {
  const kernel = makePackage('packages/kernel', {
    texts: {
      'packages/kernel/src/a.ts': "import type { Vat } from '@cooperage/vat-manager';",
      'packages/kernel/src/b.ts': "import type { KRef } from '@cooperage/types';",
      'packages/kernel/src/c.ts': "type S = import('@cooperage/compliance').Suite;",
    },
  });
  expect(importDirections(makeRepository([kernel]))).toEqual([
    'packages/kernel/src/a.ts:1: kernel may not import @cooperage/vat-manager',
    'packages/kernel/src/c.ts:1: kernel may not import @cooperage/compliance',
  ]);
});

test('tests may use the compliance suites, and not a package above theirs', () => {
  const store = makePackage('packages/store', {
    texts: {
      'packages/store/test/a.test.ts':
        "import { x } from '@cooperage/compliance';\nimport { y } from 'cooperage';",
    },
  });
  expect(importDirections(makeRepository([store]))).toEqual([
    'packages/store/test/a.test.ts:2: store may not import cooperage',
  ]);
});

test('an example goes in by the front door', () => {
  const hello = makePackage('examples/hello', {
    texts: { 'examples/hello/main.js': "import 'cooperage';\nimport '@cooperage/kernel';" },
  });
  expect(importDirections(makeRepository([hello]))).toEqual([
    'examples/hello/main.js:2: examples/hello may not import @cooperage/kernel',
  ]);
});

test('a package without a row is reported', () => {
  expect(importDirections(makeRepository([makePackage('packages/stray', {})]))).toEqual([
    'packages/stray: has no row in repo-rules/src/directions.ts',
  ]);
});

test('a manifest against the direction is reported', () => {
  const types = makePackage('packages/types', {
    manifest: makeManifest('types', {
      dependencies: { '@cooperage/kernel': '0.1.0' },
      devDependencies: { '@cooperage/store': '0.1.0' },
    }),
    references: ['packages/kernel'],
  });
  expect(manifestDirections(makeRepository([types]))).toEqual([
    'packages/types/package.json: types may not depend on kernel',
    'packages/types/package.json: the tests of types may not use store',
  ]);
});

test('a manifest and project references that disagree are reported', () => {
  const manager = makePackage('packages/vat-manager', {
    manifest: makeManifest('vat-manager', { dependencies: { '@cooperage/kernel': '0.1.0' } }),
    references: ['packages/types'],
    texts: { 'packages/vat-manager/src/index.ts': '' },
  });
  expect(manifestDirections(makeRepository([manager]))).toEqual([
    'packages/vat-manager/tsconfig.json: lacks a reference to kernel, which package.json names',
    'packages/vat-manager/tsconfig.json: references types, which package.json does not name',
  ]);
});

test('an example that is not compiled needs no project references', () => {
  const hello = makePackage('examples/hello', {
    manifest: makeManifest('example-hello', { dependencies: { cooperage: '0.1.0' } }),
    texts: { 'examples/hello/main.js': '' },
  });
  expect(manifestDirections(makeRepository([hello]))).toEqual([]);
});
