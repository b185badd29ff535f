import { mkdtemp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type KernelConfig, resolveConfig } from '../../src/config/config.js';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cooperage-config-'));
  await writeFile(join(folder, 'vat.js'), '');
  await mkdir(join(folder, 'node_modules', 'vats', 'src'), { recursive: true });
  await writeFile(join(folder, 'node_modules', 'vats', 'src', 'bank.js'), '');
  await writeFile(
    join(folder, 'node_modules', 'vats', 'package.json'),
    JSON.stringify({ name: 'vats', exports: { './bank': { import: './src/bank.js' } } }),
  );
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const resolved = (config: unknown) => resolveConfig(config as KernelConfig, folder);
const refusal = async (config: unknown): Promise<{ code: string; message: string }> =>
  resolved(config).then(
    () => {
      throw Error('the config was accepted');
    },
    ({ code, message }: { code: string; message: string }) => ({ code, message }),
  );
const main = { source: './vat.js' };

describe('a config that is right', () => {
  test('gets defaults, absolute paths, and what it says for all vats', async () => {
    const config = await resolved({
      bootstrap: 'main',
      window: 4,
      directory: 'state',
      vats: { main, other: { bundle: 'code', window: 1, ownThread: true, parameters: { a: [1] } } },
      bundles: { code: { source: 'vat.js' } },
    });
    expect(config).toEqual({
      file: undefined,
      bootstrap: 'main',
      vats: {
        main: {
          name: 'main',
          source: join(folder, 'vat.js'),
          parameters: undefined,
          window: 4,
          ownThread: false,
          crankTimeLimit: 10_000,
          reapInterval: 4_000,
          reapReferences: 1_000,
          reapAtRest: 0,
          inboxLimit: 10_000,
          liveslots: 'cooperage',
          said: { window: 4 },
        },
        other: {
          name: 'other',
          source: join(folder, 'vat.js'),
          bundle: 'code',
          parameters: { a: [1] },
          window: 1,
          ownThread: true,
          crankTimeLimit: 10_000,
          reapInterval: 4_000,
          reapReferences: 1_000,
          reapAtRest: 0,
          inboxLimit: 10_000,
          liveslots: 'cooperage',
          said: { window: 1, ownThread: true },
        },
      },
      bundles: { code: { source: join(folder, 'vat.js') } },
      meters: {},
      services: {},
      order: 'arrival',
      history: undefined,
      seed: 0,
      maxVatsOnline: undefined,
      maxMegabytes: undefined,
      threads: undefined,
      heapLimit: 512,
      snapshotInterval: 200,
      usual: { window: 4 },
      directory: join(folder, 'state'),
    });
  });

  test('may give vats meters that they share, and quotas', async () => {
    const { meters, vats } = await resolved({
      vats: {
        main: { ...main, meter: 'shared', vatQuota: 3, memoryQuota: 300_000_000 },
        other: { ...main, meter: 'shared', memoryLimit: 1_000 },
      },
      meters: {
        shared: { remaining: '90071992547409930', threshold: 5 },
        unlucky: { remaining: 0 },
      },
    });
    expect(meters).toEqual({
      shared: { remaining: 90071992547409930n, threshold: 5n },
      unlucky: { remaining: 0n, threshold: 0n },
    });
    expect(vats['main']).toMatchObject({
      meter: 'shared',
      vatQuota: 3,
      memoryQuota: 300_000_000,
    });
    expect(vats['other']).toMatchObject({ meter: 'shared', memoryLimit: 1_000 });
  });

  test('may name a module of an installed package, by its exports', async () => {
    const { vats } = await resolved({ vats: { main: { source: 'vats/bank' } } });
    expect(vats['main']?.source).toBe(join(folder, 'node_modules', 'vats', 'src', 'bank.js'));
  });

  test('may be a JSON file or a module, and its paths are relative to it', async () => {
    await mkdir(join(folder, 'sub'), { recursive: true });
    await writeFile(join(folder, 'sub', 'a.json'), '{"vats": {"main": {"source": "../vat.js"}}}');
    await writeFile(
      join(folder, 'sub', 'a.mjs'),
      'export default {vats: {main: {source: "../vat.js"}}}',
    );
    for (const file of ['a.json', 'a.mjs']) {
      const config = await resolveConfig(join('sub', file), folder);
      expect(config.vats['main']?.source).toBe(join(folder, 'vat.js'));
      expect(config.file).toBe(join(folder, 'sub', file));
    }
  });
});

describe('a mistake in a config is BAD_CONFIG and names its path, what is wrong and what is allowed:', () => {
  const vatWith = (members: object) => ({ vats: { main: { ...main, ...members } } });
  const cyclic: { self?: unknown } = {};
  cyclic.self = cyclic;

  test.each([
    [
      'a meter that is not there',
      { ...vatWith({ meter: 'shred' }), meters: { shared: { remaining: 1 } } },
      'vats.main.meter names "shred", but "meters" has no such entry; did you mean "shared"? (there are: shared)',
    ],
    [
      'a meter without an amount',
      { ...vatWith({}), meters: { shared: { threshold: 1 } } },
      'meters.shared needs "remaining": the computrons that its vats may use',
    ],
    [
      'an amount that is none',
      { ...vatWith({}), meters: { shared: { remaining: '1e9' } } },
      'meters.shared.remaining must be a natural number (computrons), as a number or as a string of digits, not "1e9"',
    ],
    [
      'a negative amount',
      { ...vatWith({}), meters: { shared: { remaining: 1, threshold: -1 } } },
      'meters.shared.threshold must be a natural number (computrons)',
    ],
    [
      'a quota that is none',
      vatWith({ vatQuota: 0 }),
      'vats.main.vatQuota must be a whole number from 1 to 9007199254740991 (vats), not 0',
    ],
    [
      'a quota that the vat itself exceeds',
      vatWith({ memoryQuota: 1_000_000 }),
      'vats.main.memoryQuota is less than the 67108864 bytes that the vat itself may use ("memoryLimit")',
    ],
    ['no object', 7, 'the config: it must be an object with "vats", not 7'],
    ['no vats', {}, 'it needs "vats"'],
    ['vats as an array', { vats: [] }, 'vats must be an object of vats by name, not an array'],
    ['no vat', { vats: {} }, 'vats must name at least one vat'],
    [
      'a misspelt key',
      { vast: {}, vats: { main } },
      'vast is not a setting here; did you mean "vats"?',
    ],
    [
      'a misspelt key of a vat',
      vatWith({ windw: 3 }),
      'vats.main.windw is not a setting here; did you mean "window"?',
    ],
    [
      'a window of zero',
      vatWith({ window: 0 }),
      'vats.main.window must be a whole number from 1 to 1024 (deliveries), not 0',
    ],
    [
      'a window in quotes',
      vatWith({ window: '3' }),
      'vats.main.window must be a whole number from 1 to 1024 (deliveries), not "3"',
    ],
    [
      'a fraction',
      vatWith({ crankTimeLimit: 0.5 }),
      'vats.main.crankTimeLimit must be a whole number',
    ],
    [
      'a flag in quotes',
      vatWith({ ownThread: 'yes' }),
      'vats.main.ownThread must be true or false, not "yes"',
    ],
    [
      'an unknown order',
      { vats: { main }, order: 'random' },
      'order must be "arrival" or "issue" or "sequential" or "adversarial", not "random"',
    ],
    ['no source', { vats: { main: {} } }, 'vats.main needs a "source"'],
    ['source and bundle', vatWith({ bundle: 'x' }), 'vats.main has both "source" and "bundle"'],
    [
      'an unknown bundle',
      { vats: { main: { bundle: 'bnak' } }, bundles: { bank: main } },
      'vats.main.bundle names "bnak", but "bundles" has no such entry; did you mean "bank"?',
    ],
    [
      'an unknown bootstrap vat',
      { vats: { main }, bootstrap: 'mian' },
      'bootstrap names "mian", but "vats" has no such entry; did you mean "main"? (there are: main)',
    ],
    [
      'a function as a parameter',
      vatWith({ parameters: { on: [() => 1] } }),
      'vats.main.parameters.on[0] must be plain data',
    ],
    [
      'an instance as a parameter',
      vatWith({ parameters: new Date() }),
      'vats.main.parameters must be plain data',
    ],
    [
      'a cycle',
      vatWith({ parameters: cyclic }),
      'vats.main.parameters.self must not contain itself',
    ],
    ['a name that is none', { vats: { '': main } }, 'vats[""] is not a valid name'],
    [
      'a heap for nobody',
      { vats: { main }, heapLimit: 1 },
      'heapLimit must be a whole number from 16 to',
    ],
  ])('%s', async (_, config, message) => {
    const { code, message: said } = await refusal(config);
    expect(said).toContain(message);
    expect(code).toBe('BAD_CONFIG');
  });

  test('parameters that are nested too deep, in an object and in a file of any depth', async () => {
    const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
    const deep = JSON.parse(nested(5_000)) as unknown;
    expect(await refusal({ vats: { main: { ...main, parameters: deep } } })).toEqual({
      code: 'BAD_CONFIG',
      message: expect.stringContaining(
        'vats.main.parameters is nested more than 250 deep',
      ) as string,
    });
    const file = join(folder, 'deep.json');
    await writeFile(
      file,
      `{"vats":{"main":{"source":"./vat.js","parameters":${nested(200_000)}}}}`,
    );
    const { code, message } = await refusal(file);
    expect(code).toBe('BAD_CONFIG');
    expect(message).toMatch(/deep\.json:1:\d+: arrays and objects are nested more than 1000 deep/);
  });

  test('in a file, with line and column', async () => {
    const file = join(folder, 'bad.json');
    await writeFile(
      file,
      '{\n  "vats": {\n    "main": { "source": "./vat.js", "window": true }\n  }\n}\n',
    );
    expect(await refusal('bad.json')).toEqual({
      code: 'BAD_CONFIG',
      message: `${file}:3:47: vats.main.window must be a whole number from 1 to 1024 (deliveries), not true`,
    });
  });

  test('malformed JSON, with line and column', async () => {
    const file = join(folder, 'malformed.json');
    await writeFile(file, '{\n  "vats": {\n    "main": { "source": "./vat.js" },\n  }\n}\n');
    expect(await refusal('malformed.json')).toEqual({
      code: 'BAD_CONFIG',
      message: `${file}:3:37: a "," before "}"`,
    });
  });

  test('a file that is missing, a directory, and a module without a default export', async () => {
    expect((await refusal('none.json')).message).toContain(
      `there is no config file ${join(folder, 'none.json')}`,
    );
    expect((await refusal('.')).message).toContain('is a directory');
    await writeFile(join(folder, 'empty.mjs'), '');
    expect((await refusal('empty.mjs')).message).toContain('has no default export');
    await writeFile(join(folder, 'throws.mjs'), 'throw Error("oh")');
    expect(await refusal('throws.mjs')).toMatchObject({
      code: 'BAD_CONFIG',
      message: expect.stringContaining('oh'),
    });
  });
});

test('a source that leads nowhere is BUNDLE_NOT_FOUND and says what was looked for', async () => {
  expect(await refusal({ vats: { main: { source: './nope.js' } } })).toEqual({
    code: 'BUNDLE_NOT_FOUND',
    message: `the config: vats.main.source names "./nope.js": there is no file ${join(folder, 'nope.js')}`,
  });
  expect(
    (await refusal({ vats: { main }, bundles: { x: { source: 'vats/nope' } } })).message,
  ).toContain('no installed package has a module vats/nope');
});

test('resolving changes nothing on the disk', async () => {
  const before = await readdir(folder);
  await refusal({ vats: { main: { source: './nope.js' } }, directory: 'new' });
  await resolved({ vats: { main }, directory: 'new' });
  expect(await readdir(folder)).toEqual(before);
});
