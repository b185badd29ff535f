import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { compareBundles, contentsOf, makeBundler } from '../src/index.js';

let folder = '';
let tries = 0;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cooperage-contents-'));
  await write({
    'package.json': JSON.stringify({ name: 'vats', type: 'module' }),
    'vat.js': `
      import { big } from 'big';
      import { small } from '@scope/small/lib/small.js';
      import { bare } from 'bare';
      import { own } from './parts/own.js';
      export const buildRootObject = () => [big, small, bare, own];`,
    'parts/own.js': `export const own = 'own';`,
    'node_modules/big/package.json': JSON.stringify({
      name: 'big',
      version: '1.2.3',
      type: 'module',
    }),
    'node_modules/big/index.js': `export const big = '${'b'.repeat(500)}'; export const unused = 1;`,
    'node_modules/@scope/small/package.json': JSON.stringify({
      ...{ name: '@scope/small', version: '2.0.0-rc.1', type: 'module' },
    }),
    'node_modules/@scope/small/lib/small.js': `export const small = 's';`,
    'node_modules/bare/package.json': JSON.stringify({ name: 'bare', type: 'module' }),
    'node_modules/bare/index.js': `export const bare = 'no version';`,
  });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const write = async (files: Readonly<Record<string, string>>): Promise<void> => {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
};

const bundle = async (): Promise<string> => {
  const cacheDirectory = join(folder, `cache${(tries += 1)}`);
  return (await makeBundler({ cacheDirectory }).bundle(join(folder, 'vat.js'))).text;
};

test('a bundle says which packages are in it, with version, size and the hash of each module', async () => {
  const { characters, packages } = contentsOf(await bundle());
  expect(packages.map(({ name, version }) => [name, version])).toEqual([
    ['big', '1.2.3'],
    [undefined, undefined],
    ['bare', undefined],
    ['@scope/small', '2.0.0-rc.1'],
  ]);
  expect(packages[1]?.modules.map(({ path }) => path).sort()).toEqual(['parts/own.js', 'vat.js']);
  expect(packages[3]?.modules).toEqual([
    {
      path: 'lib/small.js',
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      characters: expect.any(Number) as number,
    },
  ]);
  const sum = packages.reduce((total, each) => total + each.characters, 0);
  expect(packages[0]?.characters).toBeGreaterThan(500);
  expect(sum).toBeLessThanOrEqual(characters);
});

test('a bundle that is made again is the same', async () => {
  expect(compareBundles(await bundle(), await bundle())).toBeUndefined();
});

test('a bundle of other sources differs in their modules', async () => {
  const before = await bundle();
  await write({
    'parts/own.js': `export { own } from './other.js';`,
    'parts/other.js': `export const own = 'other';`,
    'node_modules/big/package.json': JSON.stringify({
      name: 'big',
      version: '1.2.4',
      type: 'module',
    }),
    'node_modules/@scope/small/lib/small.js': `export const small = 'changed';`,
  });
  expect(compareBundles(before, await bundle())).toEqual({
    added: ['big@1.2.4/index.js', 'parts/other.js'],
    removed: ['big@1.2.3/index.js', 'parts/own.js'],
    changed: ['@scope/small@2.0.0-rc.1/lib/small.js'],
    isMadeOtherwise: false,
  });
});

test('a script that was edited differs although its modules are the same', async () => {
  const text = await bundle();
  const edited = text.replace('no version', 'no Version');
  expect(compareBundles(edited, text)).toMatchObject({ isMadeOtherwise: true });
});

test.each(['', '{}', '[]', 'null', '{"moduleFormat":"endoZipBase64","endoZipBase64":""}'])(
  'what does not list its modules is refused: %s',
  (text) => {
    expect(() => contentsOf(text, 'x.json')).toThrow(
      expect.objectContaining({
        code: 'BAD_BUNDLE',
        message: expect.stringContaining('x.json does not list its modules') as string,
      }) as Error,
    );
  },
);
