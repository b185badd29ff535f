import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hashState, makeKernelStore } from '@cooperage/store';
import { openLmdbBackend } from '@cooperage/store-lmdb';
import { beforeAll, describe, expect, test } from 'vitest';
import { cooperage, temporaryFolder } from './processes.js';

let project = '';
let state = '';

beforeAll(async () => {
  project = join(await temporaryFolder(), 'My Vats');
  state = join(project, '.cooperage');
  const written = await cooperage(['init', project], '.');
  expect(written).toMatchObject({ code: 0, stderr: '' });
  const ran = await cooperage(['run'], project);
  expect(ran.stderr).toContain('main: counted to 5, 5, 5\n');
  expect(ran.code).toBe(0);
});

const json = async (...args: readonly string[]): Promise<Record<string, unknown>> => {
  const { code, stdout, stderr } = await cooperage([...args, '--json'], project);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Record<string, unknown>;
};

const stateHash = async (): Promise<string> => {
  const store = makeKernelStore(await openLmdbBackend(state));
  try {
    return hashState(store.tables);
  } finally {
    await store.close();
  }
};

test('init writes a project that runs, and says how', async () => {
  expect((await readdir(project)).sort()).toEqual(
    [
      '.cooperage',
      '.gitignore',
      'README.md',
      'cooperage.json',
      'host.js',
      'package.json',
      'test',
      'vats',
    ].sort(),
  );
  const { name } = JSON.parse(await readFile(join(project, 'package.json'), 'utf8')) as {
    name: string;
  };
  expect(name).toBe('my-vats');
});

test('init overwrites nothing', async () => {
  const before = await readFile(join(project, 'vats', 'main.js'), 'utf8');
  const { code, stderr } = await cooperage(['init'], project);
  expect(stderr).toContain('error BAD_ARGUMENT');
  expect(stderr).toContain('existing files are not overwritten');
  expect(code).toBe(1);
  expect(await readFile(join(project, 'vats', 'main.js'), 'utf8')).toBe(before);
});

test('a second run finds nothing left to do; a fresh one begins again; one in memory keeps nothing', async () => {
  const before = await stateHash();
  const again = await cooperage(['run', '--json'], project);
  // What takes longer than a second says how far it is.
  expect(again.stderr).toMatch(/^(?:(?:starting the vats|bundling \S+|0 cranks, .*)\n)*$/);
  expect(again.code).toBe(0);
  expect(JSON.parse(again.stdout)).toMatchObject({
    isNew: false,
    cranks: 0,
    outcome: 'quiescent',
  });
  expect(await stateHash()).toBe(before);
  const inMemory = await cooperage(['run', '--memory', '--json'], project);
  expect(JSON.parse(inMemory.stdout)).toMatchObject({ isNew: true, directory: null });
  expect(await stateHash()).toBe(before);
  const fresh = await cooperage(
    ['run', '--fresh', '--order', 'issue', '--threads', '1', '--window', '1', '--json'],
    project,
  );
  expect(JSON.parse(fresh.stdout)).toMatchObject({ isNew: true, order: 'issue', directory: state });
  const { vats } = await json('vats');
  expect(vats).toMatchObject([{ window: 1 }, { window: 1 }]);
});

describe('a kernel that is not running can be looked into, and is not changed by it:', () => {
  test('vats', async () => {
    const before = await stateHash();
    const { stdout, code } = await cooperage(['vats'], project);
    expect(stdout.split('\n')[0]).toMatch(/^vat +name +state +cranks/);
    expect(stdout).toMatch(/^v1 +main +alive/m);
    expect(code).toBe(0);
    expect(await json('vats')).toEqual({
      directory: state,
      vats: [
        expect.objectContaining({ vatID: 'v1', name: 'main', inbox: 0, out: 0 }),
        expect.objectContaining({ vatID: 'v2', name: 'greeter', inbox: 0, out: 0 }),
      ],
      ended: [],
    });
    expect(await stateHash()).toBe(before);
  });

  test('transcript says so where it has no crank as new as asked for', async () => {
    const { stdout, code } = await cooperage(['transcript', 'main', '--from', '99'], project);
    expect(stdout).toBe(
      'main (v1): 12 cranks in all\nthe newest crank is 12; there is none from 99 on\n',
    );
    expect(code).toBe(0);
  });

  test('show, by name or id, from another folder too', async () => {
    const { stdout } = await cooperage(['show', 'greeter'], project);
    expect(stdout).toMatch(/^c-list: 4 objects$/m);
    expect(stdout).toMatch(/o\+0 +ko\d+ +export/);
    const byID = await cooperage(['show', 'v2', '--directory', state], '.');
    expect(byID.stdout).toBe(stdout);
    const byConfig = await cooperage(['show', 'v2', '-c', join(project, 'cooperage.json')], '.');
    expect(byConfig.stdout).toBe(stdout);
    const details = await json('show', 'greeter');
    expect(Object.keys(details).sort()).toEqual(
      [
        'bundleID',
        'counters',
        'cranks',
        'directory',
        'engines',
        'inbox',
        'inboxEntries',
        'incarnation',
        'isStatic',
        'name',
        'objects',
        'options',
        'out',
        'outEntries',
        'ownThread',
        'promises',
        'state',
        'vatID',
        'window',
      ].sort(),
    );
  });

  test('transcript, or a part of it', async () => {
    const { stdout } = await cooperage(['transcript', 'greeter'], project);
    expect(stdout).toContain('#1 startVat { greeting: "Hello" }');
    expect(stdout).toMatch(/^#2 message o\+0\.greet\("Ada"\) -> p-1$/m);
    expect(stdout).toMatch(/^ {4}resolve p-1 fulfilled: "Hello, Ada!"$/m);
    const longest = (text: string): number =>
      Math.max(...text.split('\n').map(({ length }) => length));
    expect(longest(stdout)).toBe(160);
    const full = await cooperage(['transcript', 'greeter', '--full'], project);
    expect(longest(full.stdout)).toBeGreaterThan(160);
    const { cranks, newest } = await json('transcript', 'greeter', '--from', '2', '--to', '3');
    expect(cranks).toMatchObject([{ n: 2 }, { n: 3 }]);
    expect(newest).toBeGreaterThan(3);
  });

  test('check', async () => {
    expect(await json('check')).toEqual({ directory: state, vats: 2, bundles: 2, problems: [] });
    const { stdout } = await cooperage(['check'], project);
    expect(stdout).toBe('2 vats and 2 bundles checked: no problems\n');
  });
});

test.each(['js', 'ts'] as const)(
  'upgrade keeps the parameters of a vat, in the project that init --template %s writes',
  async (template) => {
    const folder = join(await temporaryFolder(), template);
    expect(await cooperage(['init', folder, '--template', template], '.')).toMatchObject({
      code: 0,
    });
    expect(await cooperage(['run'], folder)).toMatchObject({ code: 0 });
    const source = `./vats/greeter.${template}`;
    const upgraded = await cooperage(['upgrade', 'greeter', '--bundle', source], folder);
    expect(upgraded.stdout).toMatch(/^v2 +greeter +upgraded +incarnation 1$/m);
    expect(upgraded.code).toBe(0);
    const { stdout } = await cooperage(['transcript', 'greeter'], folder);
    expect(stdout).toContain('startVat { greeting: "Hello" }');
    expect(await cooperage(['check'], folder)).toMatchObject({ code: 0 });
  },
);

test('a vat that is not there is an error that names those that are', async () => {
  const { code, stderr, stdout } = await cooperage(['show', 'gretter'], project);
  expect(stderr).toBe(
    'error VAT_NOT_FOUND: no vat is named "gretter"; did you mean "greeter"? (there are: main, greeter)\n',
  );
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  const asJson = await cooperage(['show', 'gretter', '--json'], project);
  expect(JSON.parse(asJson.stdout)).toMatchObject({ error: { code: 'VAT_NOT_FOUND' } });
  expect(asJson).toMatchObject({ code: 1, stderr: '' });
});

test('where a kernel runs, it can be looked at, and a second one is refused', async () => {
  const backend = await openLmdbBackend(state);
  try {
    for (const args of [['vats'], ['show', 'main'], ['transcript', 'main'], ['check']]) {
      expect(await cooperage(args, project)).toMatchObject({ code: 0, stderr: '' });
    }
    const { code, stderr } = await cooperage(['run'], project);
    expect(stderr).toContain('error STORE_LOCKED');
    expect(stderr).toContain(`process ${process.pid} has it open`);
    expect(code).toBe(1);
  } finally {
    await backend.close();
  }
});

test('a bundle can be written to a file, and named as a source', async () => {
  const out = join(project, 'greeter.bundle.json');
  const made = await json('bundle', './vats/greeter.js', '--out', out);
  expect(made).toMatchObject({
    source: join(project, 'vats', 'greeter.js'),
    file: out,
    cached: true,
  });
  const { code, stdout } = await cooperage(['bundle', './vats/greeter.js', '-o', '-'], project);
  expect(code).toBe(0);
  expect(stdout.trimEnd()).toBe(await readFile(out, 'utf8'));
  const config = JSON.parse(await readFile(join(project, 'cooperage.json'), 'utf8')) as {
    vats: Record<string, { source: string }>;
  };
  (config.vats['greeter'] as { source: string }).source = './greeter.bundle.json';
  await writeFile(join(project, 'other.json'), JSON.stringify(config));
  expect(await cooperage(['run', 'other.json', '--memory'], project)).toMatchObject({ code: 0 });
});

test('a bundle is explained, in words and as a page', async () => {
  const page = join(project, 'greeter.html');
  const explained = await json('bundle', './vats/greeter.js', '--explain', page);
  expect(explained).toMatchObject({
    page,
    packages: [{ modules: [{ path: 'vats/greeter.js' }] }],
  });
  const shown = await readFile(page, 'utf8');
  expect(shown).toContain('<svg viewBox="0 0 1200 640" role="img"');
  expect(shown).toContain('vats/greeter.js');
  const { stdout } = await cooperage(['bundle', './vats/greeter.js', '--explain', page], project);
  expect(stdout).toMatch(
    /^vats\/greeter\.js: [\d,]+ characters, 0 packages\n\npackage +modules +characters +share\nthe vat +1 /,
  );
});

test('a bundle is verified against what its module makes now, and ends with exit code 1 where they differ', async () => {
  const out = join(project, 'verified.bundle.json');
  await json('bundle', './vats/greeter.js', '--out', out);
  const same = await cooperage(['bundle', './vats/greeter.js', '--verify', out], project);
  expect(same).toMatchObject({
    code: 0,
    stdout: `${out} is the bundle of ${join(project, 'vats', 'greeter.js')}.\n`,
  });
  const module = join(project, 'vats', 'greeter.js');
  const text = await readFile(module, 'utf8');
  await writeFile(module, `${text}\nexport const more = 1;\n`);
  try {
    const { code, stdout } = await cooperage(
      ['bundle', './vats/greeter.js', '--verify', out],
      project,
    );
    expect(stdout).toContain('changed  vats/greeter.js');
    expect(code).toBe(1);
  } finally {
    await writeFile(module, text);
  }
});

test('a module is not taken for the page, nor a bundle for its source', async () => {
  const before = await readFile(join(project, 'vats', 'main.js'), 'utf8');
  const explained = await cooperage(
    ['bundle', '--explain', './vats/main.js', './vats/greeter.js'],
    project,
  );
  expect(explained.stderr).toContain('the page must be a .html file, not ./vats/main.js');
  expect(explained.code).toBe(1);
  expect(await readFile(join(project, 'vats', 'main.js'), 'utf8')).toBe(before);

  const verified = await cooperage(['bundle', './greeter.bundle.json', '--verify'], project);
  expect(verified.stderr).toContain('./greeter.bundle.json is a bundle itself');
  expect(verified.code).toBe(1);
});

test('a list of allowed packages is written, and a start that it does not allow is refused', async () => {
  const written = await json('bundle', './vats/greeter.js', '--allow');
  const file = join(project, 'vats', 'greeter.packages.json');
  expect(written).toMatchObject({ file, packages: {} });
  // Through a link the list is that of the module itself.
  await symlink('vats/greeter.js', join(project, 'linked.js'));
  expect(await json('bundle', './linked.js', '--allow')).toMatchObject({ file });
  const module = join(project, 'vats', 'greeter.js');
  const text = await readFile(module, 'utf8');
  const installed = join(project, 'node_modules', 'left');
  await mkdir(installed, { recursive: true });
  await writeFile(join(installed, 'package.json'), '{"name":"left","version":"1.0.0"}');
  await writeFile(join(installed, 'index.js'), 'exports.left = () => 1;');
  await writeFile(module, `${text}\nexport { left } from 'left';\n`);
  try {
    const { code, stderr } = await cooperage(['run', '--memory'], project);
    expect(stderr).toContain('error BAD_BUNDLE: ');
    expect(stderr).toContain('left@1.0.0 is not allowed');
    expect(code).toBe(1);
  } finally {
    await writeFile(module, text);
    await rm(file);
  }
});

test('check finds a row that is wrong, and ends with exit code 1', async () => {
  const store = makeKernelStore(await openLmdbBackend(state));
  store.tables.beginCrank();
  store.tables.set('v2.k.ko999', 'o-77');
  store.tables.acceptCrank();
  await store.close();
  const { code, stdout } = await cooperage(['check'], project);
  expect(stdout).toMatch(/^v2\.k\.ko999: /m);
  expect(stdout).toMatch(/problems?; restore the directory from a backup$/m);
  expect(code).toBe(1);
});
