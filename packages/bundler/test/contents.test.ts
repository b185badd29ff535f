import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { allowContents, compareBundles, contentsOf, makeBundler } from '../src/index.js';

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

/** What is said where the bundle is refused. */
const refusal = (): Promise<{ code: string; message: string }> =>
  bundle().then(
    () => ({ code: 'none', message: '' }),
    ({ code, message }: { code: string; message: string }) => ({
      code,
      message: message.replaceAll(`${folder}/`, ''),
    }),
  );
const allow = (packages: unknown): Promise<void> =>
  write({ 'vat.packages.json': JSON.stringify({ packages }) });

test('the packages that a bundle has can be allowed, and then no others', async () => {
  const allowed = allowContents(contentsOf(await bundle()));
  expect(Object.keys(allowed)).toEqual(['@scope/small@2.0.0-rc.1', 'bare', 'big@1.2.3']);
  await allow(allowed);
  expect(await refusal()).toEqual({ code: 'none', message: '' });

  const { bare: _bare, ...others } = allowed;
  await allow(others);
  expect(await refusal()).toEqual({
    code: 'BAD_BUNDLE',
    message:
      'vat.js has packages in it that vat.packages.json does not allow: bare is not allowed. If this is meant: cooperage bundle vat.js --allow',
  });
});

test('an allowed package whose code or version was changed is refused', async () => {
  await allow(allowContents(contentsOf(await bundle())));
  await write({
    'node_modules/bare/index.js': `export const bare = 'other code';`,
    'node_modules/big/package.json': JSON.stringify({
      name: 'big',
      version: '1.2.4',
      type: 'module',
    }),
    'parts/own.js': `export const own = 'the code of the vat is free to change';`,
  });
  expect((await refusal()).message).toContain(
    'does not allow: big@1.2.4 is not allowed, big@1.2.3 is; bare has other modules than when it was allowed.',
  );
});

test('a package can be allowed in any version, and with any modules', async () => {
  await allow({ big: true, bare: true, '@scope/small': true, unused: true });
  expect((await refusal()).code).toBe('none');
});

test('a package without a name is allowed by the name of its folder', async () => {
  await allow({ big: true, bare: true, '@scope/small': true });
  await write({
    'node_modules/bare/package.json': JSON.stringify({ type: 'module' }),
    'node_modules/bare/index.js': `export const bare = () => 'bare';`,
  });
  expect((await refusal()).code).toBe('none');
  await allow({ big: true, '@scope/small': true });
  expect((await refusal()).message).toContain('bare is not allowed');
});

test.each([
  ['{', 'vat.packages.json is not JSON: '],
  ['null', 'vat.packages.json must be an object with "packages" and nothing else'],
  ['{"packages":[]}', 'must be an object with "packages" and nothing else'],
  ['{"packages":{},"more":1}', 'must be an object with "packages" and nothing else'],
  ['{"packages":{"big":"1.2.3"}}', 'packages["big"] must be a SHA-256, or true for any'],
])('a list that is none is refused: %s', async (text, message) => {
  await write({ 'vat.packages.json': text });
  const refused = await refusal();
  expect(refused.code).toBe('BAD_BUNDLE');
  expect(refused.message).toContain(message);
});

test('a bundle that was made before is held to the list beside its file', async () => {
  const text = await bundle();
  await write({
    'made.bundle.json': text,
    'made.bundle.packages.json': JSON.stringify({ packages: { big: true } }),
  });
  await expect(makeBundler().bundle(join(folder, 'made.bundle.json'))).rejects.toMatchObject({
    code: 'BAD_BUNDLE',
    message: expect.stringContaining('bare is not allowed') as string,
  });
});

test('of a large package a bundle has what is used, whatever else its index exports', async () => {
  const names = Array.from({ length: 400 }, (_, i) => `part${i}`);
  const text = (name: string): string =>
    `const table = ${JSON.stringify('x'.repeat(10_000))};\nexport const ${name} = () => [table, '${name}'];\n`;
  await write({
    'vat.js': `import { part7 } from 'large'; export const buildRootObject = () => part7();`,
    'node_modules/large/package.json': JSON.stringify({
      ...{ name: 'large', version: '1.0.0', type: 'module', sideEffects: false },
    }),
    'node_modules/large/index.js': names.map((name) => `export * from './${name}.js';`).join('\n'),
    ...Object.fromEntries(names.map((name) => [`node_modules/large/${name}.js`, text(name)])),
  });
  const { packages } = contentsOf(await bundle());
  const large = packages.find(({ name }) => name === 'large');
  expect(large?.modules.map(({ path }) => path)).toEqual(['part7.js']);
});
