/** A short run of `npm run packages`, with packages that the project itself has installed. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const NAMES = ['acorn', 'lru-cache', 'ms', 'semver', 'yaml', '@endo/patterns'];

test('well-known packages give in vats of both engines what they give in Node', async () => {
  const run = join(import.meta.dirname, '../../../../compatibility/run.mjs');
  const { stderr } = await promisify(execFile)(process.execPath, [run, '--here', ...NAMES]);
  for (const engine of ['v8', 'quickjs']) {
    expect(stderr).toContain(`${engine}: ${NAMES.length} of ${NAMES.length} pass`);
  }
});
