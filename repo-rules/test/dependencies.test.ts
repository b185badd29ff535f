import { expect, test } from 'vitest';
import { declaredDependencies } from '../src/rules/packages/declared-dependencies.js';
import { noFileCycles, noPackageCycles } from '../src/rules/code/no-cycles.js';
import { makeManifest, makePackage, makeRepository } from './made-up.js';

test('an import that the manifest does not name is reported', () => {
  const store = makePackage('packages/store', {
    manifest: makeManifest('store', {
      dependencies: { lmdb: '1' },
      devDependencies: { 'left-pad': '1' },
    }),
    texts: {
      'packages/store/src/a.ts':
        "import 'lmdb';\nimport 'node:fs';\nimport './b.js';\nimport 'left-pad';",
      'packages/store/test/a.test.ts': "import 'left-pad';\nimport 'vitest';\nimport 'right-pad';",
    },
  });
  expect(declaredDependencies(makeRepository([store]))).toEqual([
    'packages/store/src/a.ts:4: @cooperage/store imports left-pad, which its package.json does not name',
    'packages/store/test/a.test.ts:3: @cooperage/store imports right-pad, which its package.json does not name',
  ]);
});

test('a cycle of type imports among files is reported', () => {
  const kernel = makePackage('packages/kernel', {
    texts: {
      'packages/kernel/src/a.ts': "import type { B } from './b.js';",
      'packages/kernel/src/b.ts': "import type { A } from './a.js';",
    },
  });
  expect(noFileCycles(makeRepository([kernel]))).toEqual([
    'import cycle: packages/kernel/src/a.ts -> packages/kernel/src/b.ts -> packages/kernel/src/a.ts',
  ]);
});

test('a cycle among packages is reported, whether by import or by devDependency', () => {
  const repository = makeRepository([
    makePackage('packages/a', {
      texts: { 'packages/a/src/a.ts': "import type { B } from '@cooperage/b';" },
    }),
    makePackage('packages/b', {
      manifest: makeManifest('b', { devDependencies: { '@cooperage/a': '1' } }),
    }),
  ]);
  expect(noPackageCycles(repository)).toEqual([
    'import cycle: @cooperage/a -> @cooperage/b -> @cooperage/a',
  ]);
});
