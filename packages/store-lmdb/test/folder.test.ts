import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openLmdbBackend, removeStore } from '../src/index.js';

it('a directory is made with all the folders above it', async () => {
  const top = mkdtempSync(join(tmpdir(), 'cooperage-folder-'));
  onTestFinished(() => rmSync(top, { recursive: true }));
  const backend = await openLmdbBackend(join(top, 'a/b/c'));
  await backend.close();
  expect(existsSync(join(top, 'a/b/c'))).toBe(true);
});

it('a directory that cannot be made is refused at once', async () => {
  const top = mkdtempSync(join(tmpdir(), 'cooperage-folder-'));
  onTestFinished(() => rmSync(top, { recursive: true }));
  writeFileSync(join(top, 'file'), 'in the way');
  await expect(openLmdbBackend(join(top, 'file/below'))).rejects.toMatchObject({
    code: 'BAD_ARGUMENT',
    message: expect.stringMatching(
      /a file where there should be a directory \(ENOTDIR\)/,
    ) as string,
  });
  // /proc has the parent and refuses the child as if it had not.
  if (existsSync('/proc/self')) {
    await expect(openLmdbBackend('/proc/cooperage')).rejects.toMatchObject({
      code: 'STORE_FAILED',
      message: expect.stringContaining('making the directory /proc/cooperage') as string,
    });
  }
});

it('a store is removed with all that it made, and with nothing else', async () => {
  const top = mkdtempSync(join(tmpdir(), 'cooperage-folder-'));
  onTestFinished(() => rmSync(top, { recursive: true, force: true }));
  const directory = join(top, 'store');
  await removeStore(directory);
  const backend = await openLmdbBackend(directory);
  await backend.blobs.put(new Uint8Array(200_000));
  await expect(removeStore(directory)).rejects.toMatchObject({ code: 'STORE_LOCKED' });
  await backend.close();
  writeFileSync(join(directory, 'store.js'), 'of somebody else');
  await removeStore(directory);
  expect(readdirSync(directory)).toEqual(['store.js']);
  await (await openLmdbBackend(directory)).close();
  rmSync(join(directory, 'store.js'));
  await removeStore(directory);
  expect(existsSync(directory)).toBe(false);
});
