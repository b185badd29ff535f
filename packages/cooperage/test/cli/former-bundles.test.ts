/** `cooperage upgrade` moves a vat from a bundle of a former format to one of the present one. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { listVats } from '@cooperage/tools';
import { fixture, openForTest } from '../helpers.js';
import { cooperage, projectWith } from './processes.js';

const source = join(fixture('format-1'), 'greeter-vat.js');

const formatsIn = async (directory: string): Promise<unknown[]> => {
  const kernel = await openForTest({ directory, config: { vats: { greeter: { source } } } });
  const formats = listVats(kernel.store).vats.map(
    ({ bundleID }) =>
      (JSON.parse(kernel.store.bundles.get(bundleID)) as { readonly moduleFormat: unknown })
        .moduleFormat,
  );
  await kernel.close();
  return formats;
};

test('a vat whose bundle has a former format is moved to the present one by an upgrade', async () => {
  const project = await projectWith({ vats: { greeter: { source } } });
  const directory = join(project, '.cooperage');
  mkdirSync(join(directory, 'blobs'), { recursive: true });
  writeFileSync(
    join(directory, 'store.mdb'),
    gunzipSync(readFileSync(join(fixture('format-1'), 'store.mdb.gz'))),
  );
  expect(await formatsIn(directory)).toEqual(['nestedEvaluate']);

  const upgraded = await cooperage(['upgrade', 'greeter', '--bundle', source], project);
  expect(upgraded).toMatchObject({ code: 0 });
  expect(upgraded.stdout).toMatch(/^v1 +greeter +upgraded +incarnation 1$/m);
  expect(await formatsIn(directory)).toEqual(['endoScript']);
  expect((await cooperage(['check'], project)).code).toBe(0);
});
