import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { type CooperageKernel, replayKernel } from '../src/index.js';
import { listVats } from '@cooperage/tools';
import { fixture, openForTest, temporaryDirectory } from './helpers.js';

/** A directory that a build wrote whose rows had no checksums, after three visitors and a close. */
const makeFormerKernel = (): string => {
  const directory = temporaryDirectory();
  mkdirSync(join(directory, 'blobs'));
  const stored = readFileSync(join(fixture('format-1'), 'store.mdb.gz'));
  writeFileSync(join(directory, 'store.mdb'), gunzipSync(stored));
  return directory;
};

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
