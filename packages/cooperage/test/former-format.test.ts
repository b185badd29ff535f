import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
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
