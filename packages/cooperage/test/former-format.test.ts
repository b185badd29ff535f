import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { type CooperageKernel, exportKernel, importKernel, replayKernel } from '../src/index.js';
import { checkTables } from '@cooperage/kernel';
import { openLmdbView } from '@cooperage/store-lmdb';
import { listVats, storeOn } from '@cooperage/tools';
import { KEYS_END, type ReadableTables } from '@cooperage/types';
import { fixture, openForTest, temporaryDirectory } from './helpers.js';

/** A directory that an earlier build wrote. */
const makeKernelOf = (format: 'format-1' | 'format-2'): string => {
  const directory = temporaryDirectory();
  mkdirSync(join(directory, 'blobs'));
  const stored = readFileSync(join(fixture(format), 'store.mdb.gz'));
  writeFileSync(join(directory, 'store.mdb'), gunzipSync(stored));
  return directory;
};

/** By a build whose rows had no checksums, after three visitors and a close. */
const makeFormerKernel = (): string => makeKernelOf('format-1');

/**
 * By a build whose rows had other keys, killed in the middle of an upgrade of the greeter. It had one more vat that was
 * terminated, and one that was made at run time.
 */
const FORMAT_2 = {
  order: 'sequential',
  history: true,
  bootstrap: 'factory',
  bundles: { greeter: { source: join(fixture('format-2'), 'greeter-vat.js') } },
  vats: {
    factory: { source: join(fixture('format-2'), 'factory-vat.js'), reapInterval: 2 },
    greeter: { source: join(fixture('format-2'), 'greeter-vat.js') },
  },
} as const;

const FORMER_KEYS =
  /^(turns|k\.(remains|filed)|(untidy|remains|filed)\..*|v\d+\.(hold|dirt|unheld))$/;

const formerKeysIn = (tables: ReadableTables): string[] =>
  [...tables.keys('', KEYS_END)].filter((key) => FORMER_KEYS.test(key));

it('a kernel of a former format goes on where it was, with its vats and their history', async () => {
  const directory = makeFormerKernel();
  const config = { vats: { greeter: { source: join(fixture('format-1'), 'greeter-vat.js') } } };
  for (const [name, count] of [
    ['dora', 4],
    ['emil', 5],
  ] as const) {
    const kernel = await openForTest({ directory, config });
    expect(kernel.isNew).toBe(false);
    expect(await kernel.send('greeter', 'hello', [name])).toContain(`visitor ${count}`);
    expect(await kernel.send('greeter', 'guests')).toContainEqual(['ada', 1]);
    await kernel.close();
  }
});

/** The bundle that the vat runs. */
const bundleOf = ({ store }: CooperageKernel): string => {
  const [greeter] = listVats(store).vats;
  if (greeter === undefined) throw Error('the kernel has no vat');
  return store.bundles.get(greeter.bundleID);
};

const formatOf = (bundle: string): unknown =>
  (JSON.parse(bundle) as { moduleFormat: unknown }).moduleFormat;

it('a bundle of a former format runs and replays as it is, until an upgrade moves its vat', async () => {
  const source = join(fixture('format-1'), 'greeter-vat.js');
  const vats = { greeter: { source } };
  const kernel = await openForTest({ directory: makeFormerKernel(), config: { vats } });
  const former = bundleOf(kernel);
  expect(formatOf(former)).toBe('nestedEvaluate');
  await kernel.upgradeVat('greeter', { source });
  expect(formatOf(bundleOf(kernel))).toBe('endoScript');
  // Its heap went with the former code.
  expect(await kernel.send('greeter', 'hello', ['emil'])).toContain('visitor 1');

  const file = join(temporaryDirectory(), 'greeter.json');
  writeFileSync(file, former);
  const directory = temporaryDirectory();
  const again = await openForTest({
    directory,
    config: { history: true, vats: { greeter: { source: file } } },
  });
  expect(await again.send('greeter', 'hello', ['fred'])).toContain('visitor 1');
  expect(bundleOf(again)).toBe(former);
  await again.close();
  for (const threads of [1, 2]) {
    const replayed = await replayKernel({ directory, into: temporaryDirectory(), threads });
    expect(replayed.difference).toBeUndefined();
  }
});

it('a kernel whose rows have former keys goes on with its upgrade, its ends and its history', async () => {
  const directory = makeKernelOf('format-2');
  const kernel = await openForTest({ directory, config: FORMAT_2, ignoreChanges: true });
  await kernel.run();
  expect(formerKeysIn(kernel.store.tables)).toEqual([]);
  expect(kernel.store.tables.get('k.schema')).toBe('2');
  expect(checkTables(kernel.store.tables)).toEqual([]);
  const { vats, ended } = listVats(kernel.store);
  expect(vats.map(({ name }) => name)).toEqual(['factory', 'greeter', 'kept']);
  expect(ended).toMatchObject([{ name: 'ended', isFailure: true }]);
  // The upgrade was under way; it is over, and the heap of the old incarnation is gone.
  expect(kernel.store.tables.get('v2.incarnation')).toBe('1');
  expect(await kernel.send('greeter', 'hello', ['gina'])).toContain('visitor 1');
  await kernel.close();
  const replayed = await replayKernel({ directory, into: temporaryDirectory() });
  expect(replayed.difference).toBeUndefined();
  expect(replayed.from).toBe(1);
});

it('an export has version 2 where its rows have present keys, so that an earlier build refuses it', async () => {
  const versionOf = (file: string): unknown => {
    const [header = ''] = readFileSync(file, 'utf8').split('\n', 1);
    return (JSON.parse(header) as { version: unknown }).version;
  };
  const directory = makeKernelOf('format-2');
  const former = join(temporaryDirectory(), 'former.cooperage');
  await exportKernel(directory, former);
  expect(versionOf(former)).toBe(1);
  const imported = join(temporaryDirectory(), 'imported');
  await importKernel(imported, [former]);
  const kernel = await openForTest({
    directory: imported,
    config: FORMAT_2,
    ignoreChanges: true,
  });
  await kernel.run();
  expect(checkTables(kernel.store.tables)).toEqual([]);
  await kernel.close();
  const present = join(temporaryDirectory(), 'present.cooperage');
  await exportKernel(imported, present);
  expect(versionOf(present)).toBe(2);
});

it('a view shows a kernel with former keys as it is, and changes nothing', async () => {
  const directory = makeKernelOf('format-2');
  const view = await openLmdbView(directory);
  expect(formerKeysIn(view)).toContain('v2.hold');
  const store = storeOn(view);
  expect(formerKeysIn(store.tables)).toEqual([]);
  expect(checkTables(store.tables)).toEqual([]);
  await store.close();
  const again = await openLmdbView(directory);
  expect(formerKeysIn(again)).toContain('v2.hold');
  await again.release();
});
