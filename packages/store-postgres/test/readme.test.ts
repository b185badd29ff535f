/** The program of the README, on a real database. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { hasServer, serverOfFile } from './helpers/with-server.js';

const here = fileURLToPath(new URL('..', import.meta.url));

describe.runIf(hasServer)('the README', async () => {
  if (!hasServer) return;
  const { url } = await serverOfFile();

  test('shows a program that runs', async () => {
    const [, program] = /<!-- database -->\n\n```js\n(.*?)```/s.exec(
      readFileSync(join(here, 'README.md'), 'utf8'),
    ) as unknown as [string, string];
    // Inside the tree, so that the package is found by its name.
    const folder = mkdtempSync(join(here, 'dist', 'readme-'));
    try {
      writeFileSync(join(folder, 'program.mjs'), program);
      const { stdout } = await promisify(execFile)(process.execPath, ['program.mjs'], {
        cwd: folder,
        env: { ...process.env, DATABASE_URL: url },
      });
      expect(stdout).toBe('hello\n');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
