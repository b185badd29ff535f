import { existsSync } from 'node:fs';
import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type BundleProgress, makeBundler } from '../src/index.js';

let folder = '';
let cacheDirectory = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cooperage-bundle-'));
  cacheDirectory = join(folder, 'cache');
  await write({ 'package.json': JSON.stringify({ name: 'vats', type: 'module' }) });
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const write = async (files: Readonly<Record<string, string>>): Promise<void> => {
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
    // As old as sources usually are: a file that was written just now is looked at more closely.
    const past = new Date(Date.now() - 60_000);
    await utimes(file, past, past);
  }
};

const bundle = (path = 'vat.js') => makeBundler({ cacheDirectory }).bundle(join(folder, path));

const refusal = async (path = 'vat.js'): Promise<{ code: string; message: string }> =>
  bundle(path).then(
    () => {
      throw Error('it was bundled');
    },
    ({ code, message }: { code: string; message: string }) => ({
      code,
      message: message.replaceAll(`${folder}/`, ''),
    }),
  );

describe('a bundle', () => {
  test('is JSON for @endo/import-bundle, and named by the hash of its text', async () => {
    await write({ 'vat.js': 'export const buildRootObject = () => 1;' });
    const { text, id } = await bundle();
    expect(JSON.parse(text)).toMatchObject({
      moduleFormat: 'endoScript',
      cooperage: { format: 1 },
    });
    expect(id).toMatch(/^b1-[0-9a-f]{128}$/);
  });

  test('depends on what the modules say, not on where they are', async () => {
    const files = { 'package.json': '{"type":"module"}', 'vat.js': 'export const a = 1; // one' };
    await write(
      Object.fromEntries(Object.entries(files).map(([path, text]) => [`here/v/${path}`, text])),
    );
    await write(
      Object.fromEntries(Object.entries(files).map(([path, text]) => [`there/v/${path}`, text])),
    );
    expect((await bundle('here/v/vat.js')).id).toBe((await bundle('there/v/vat.js')).id);
  });

  test('may be a ready-made one, which is taken as it is', async () => {
    const text = '{"moduleFormat":"nestedEvaluate","source":"1"}';
    await write({ 'vat.bundle.json': text });
    expect(await bundle('vat.bundle.json')).toMatchObject({ text, cached: true });
  });

  test('is made of ES modules even where the package does not say so', async () => {
    await write({ 'package.json': '{}', 'vat.js': 'export const a = 1;' });
    await expect(bundle()).resolves.toMatchObject({ cached: false });
    await rm(join(folder, 'package.json'));
    await write({ 'other.js': 'export const a = 1;' });
    await expect(bundle('other.js')).resolves.toMatchObject({ cached: false });
  });
});

describe('the cache', () => {
  beforeEach(() =>
    write({
      'vat.ts': `import { a } from './lib.js'; import { b } from 'dep'; export const c: number = a + b;`,
      'lib.ts': 'export const a: number = 1;',
      'package.json': '{"type":"module","dependencies":{"dep":"*","unused":"*"}}',
      'node_modules/dep/package.json': '{"name":"dep","type":"module","main":"index.js"}',
      'node_modules/dep/index.js': 'export const b = 2;',
      'node_modules/unused/package.json': '{"name":"unused"}',
    }),
  );

  test('finds a bundle whose inputs are unchanged', async () => {
    const first = await bundle('vat.ts');
    const second = await bundle('vat.ts');
    expect(first.cached).toBe(false);
    expect(second).toEqual({ ...first, cached: true });
  });

  test('takes sources that were written again with the same text for the same', async () => {
    await bundle('vat.ts');
    await writeFile(join(folder, 'lib.ts'), 'export const a: number = 1;');
    expect((await bundle('vat.ts')).cached).toBe(true);
  });

  test('is not fooled by a change of the same length a moment after bundling', async () => {
    await writeFile(join(folder, 'lib.ts'), 'export const a: number = 1;');
    // Later than the bundling, however long that takes to begin.
    const now = new Date(Date.now() + 3_600_000);
    await utimes(join(folder, 'lib.ts'), now, now);
    const first = await bundle('vat.ts');
    await writeFile(join(folder, 'lib.ts'), 'export const a: number = 2;');
    await utimes(join(folder, 'lib.ts'), now, now);
    const second = await bundle('vat.ts');
    expect(second.cached).toBe(false);
    expect(second.id).not.toBe(first.id);
  });

  test.each([
    ['a module changes', { 'lib.ts': 'export const a: number = 10;' }],
    ['an installed package changes', { 'node_modules/dep/index.js': 'export const b = 3;' }],
    [
      'a package says that its entry is another',
      { 'node_modules/dep/package.json': '{"name":"dep","type":"module","main":"./index.js"}' },
    ],
    ['a file appears that would be taken instead', { 'lib.js': 'export const a = 1;' }],
  ])('bundles anew when %s', async (_, files) => {
    await bundle('vat.ts');
    await write(files);
    expect((await bundle('vat.ts')).cached).toBe(false);
    expect((await bundle('vat.ts')).cached).toBe(true);
  });

  test('does not care about packages that the vat does not use', async () => {
    await bundle('vat.ts');
    await write({ 'node_modules/unused/package.json': '{"name":"unused","version":"2.0.0"}' });
    expect((await bundle('vat.ts')).cached).toBe(true);
  });

  test('follows a link that leads elsewhere', async () => {
    await rename(join(folder, 'node_modules/dep'), join(folder, 'dep-one'));
    await symlink(join(folder, 'dep-one'), join(folder, 'node_modules/dep'));
    const first = await bundle('vat.ts');
    await write({
      'dep-two/package.json': '{"name":"dep","type":"module","main":"index.js"}',
      'dep-two/index.js': 'export const b = 22;',
    });
    await rm(join(folder, 'node_modules/dep'));
    await symlink(join(folder, 'dep-two'), join(folder, 'node_modules/dep'));
    const second = await bundle('vat.ts');
    expect(second.cached).toBe(false);
    expect(second.id).not.toBe(first.id);
  });

  test('never gives out what was damaged', async () => {
    const { id } = await bundle('vat.ts');
    const [name] = await readdir(cacheDirectory);
    const file = join(cacheDirectory, name as string);
    const content = await readFile(file, 'utf8');
    for (const damaged of [
      content.slice(0, -10),
      content.replace('endoScript', 'endoScripp'),
      content.replace('"mappings":"', '"mappings":"A'),
      '',
      '{}\n',
    ]) {
      await writeFile(file, damaged);
      expect(await bundle('vat.ts')).toMatchObject({ id, cached: false });
    }
  });

  test('is shared by bundlers that work at the same time, and leaves no other files', async () => {
    const all = await Promise.all(Array.from({ length: 3 }, () => bundle('vat.ts')));
    expect(new Set(all.map(({ id }) => id)).size).toBe(1);
    expect(await readdir(cacheDirectory)).toHaveLength(1);
  });

  test('may be out of reach: then everything is bundled anew', async () => {
    await write({ cache: 'a file is in the way' });
    expect((await bundle('vat.ts')).cached).toBe(false);
    expect((await bundle('vat.ts')).cached).toBe(false);
  });

  test('is by default in the node_modules of the entry’s package', async () => {
    await makeBundler().bundle(join(folder, 'vat.ts'));
    expect(await readdir(join(folder, 'node_modules', '.cache', 'cooperage'))).toHaveLength(1);
  });

  test('tells whoever waits what is going on', async () => {
    const heard: BundleProgress['state'][] = [];
    const onProgress = ({ state }: BundleProgress) => heard.push(state);
    const bundler = makeBundler({ cacheDirectory });
    await Promise.all([1, 2].map(() => bundler.bundle(join(folder, 'vat.ts'), { onProgress })));
    await bundler.bundle(join(folder, 'vat.ts'), { onProgress });
    expect(heard).toEqual(['bundling', 'bundling', 'bundled', 'bundled', 'cached']);
  });
});

describe('a vat that cannot be bundled is refused, naming file and line, and nothing is written:', () => {
  afterEach(() => {
    expect(existsSync(cacheDirectory)).toBe(false);
  });

  test.each([
    [
      'a syntax error',
      { 'vat.js': 'export const a = 1;\nexport const b = (;\n' },
      'vat.js:2:19: Unexpected token\n  1 | export const a = 1;\n> 2 | export const b = (;\n    |                   ^',
    ],
    [
      'one in an imported module',
      { 'vat.js': "import './x.js';", 'x.js': '\n\nlet = ;' },
      'x.js:3:',
    ],
    ['one in TypeScript', { 'vat.js': "import './x.js';", 'x.ts': 'let a: = 3;' }, 'x.ts:1:8: '],
    [
      'a missing module',
      { 'vat.js': "import './x.js';", 'x.js': "\nexport * from './y.js';" },
      'vat.js:1 imports "./x.js" → x.js:2 imports "./y.js": there is no such file (nor ./y.ts)',
    ],
    [
      'a package that is not installed',
      { 'vat.js': "import 'none';" },
      'vat.js:1 imports "none": the package none is not installed',
    ],
    [
      'a module of Node',
      { 'vat.js': "import { readFile } from 'node:fs';" },
      'vat.js:1 imports "node:fs": vats have no Node modules',
    ],
    [
      'one of Node by its old name',
      { 'vat.js': "import 'fs';" },
      'vat.js:1 imports "fs": vats have no Node modules',
    ],
    ['a package.json that is none', { 'vat.js': '', 'package.json': '{' }, 'package.json'],
  ])('%s', async (_, files, message) => {
    await write(files);
    const { code, message: said } = await refusal();
    expect(said).toContain(message);
    expect(code).toBe('BAD_BUNDLE');
  });

  test('no file', async () => {
    expect(await refusal('nope.js')).toEqual({
      code: 'BUNDLE_NOT_FOUND',
      message: 'there is no vat module nope.js',
    });
  });

  test('JSON that is no bundle', async () => {
    await write({ 'a.json': '{}', 'b.json': '{' });
    expect(await refusal('a.json')).toMatchObject({
      code: 'BAD_BUNDLE',
      message: expect.stringContaining('not a bundle'),
    });
    expect(await refusal('b.json')).toMatchObject({
      code: 'BAD_BUNDLE',
      message: expect.stringContaining('not JSON'),
    });
  });
});
