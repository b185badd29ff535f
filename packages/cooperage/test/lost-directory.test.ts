import { cpSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fixture, openForTest, temporaryDirectory } from './helpers.js';

const config = { vats: { a: { source: fixture('worker-vat.js') } } };

const openWithListener = async () => {
  const directory = join(temporaryDirectory(), 'state');
  const kernel = await openForTest({ directory, config });
  const failed = new Promise<unknown>((resolve) => kernel.on('failed', resolve));
  expect(await kernel.send('a', 'increment')).toBe(1);
  return { directory, kernel, failed };
};

const isLost = { code: 'STORE_LOST' };

it('a kernel whose directory is removed under it answers nothing more, and says so', async () => {
  const { directory, kernel, failed } = await openWithListener();
  rmSync(directory, { recursive: true });
  await expect(kernel.send('a', 'increment')).rejects.toMatchObject(isLost);
  expect(await failed).toMatchObject({
    ...isLost,
    message: expect.stringContaining(directory) as string,
  });
  await expect(kernel.send('a', 'increment')).rejects.toMatchObject(isLost);
  await expect(kernel.run()).rejects.toMatchObject(isLost);
  await kernel.close();
});

it('a kernel that has nothing to do notices that another directory has taken the place of its own', async () => {
  const { directory, kernel, failed } = await openWithListener();
  const backup = `${directory}.backup`;
  // Sockets are not copied.
  const filter = (source: string): boolean => !source.endsWith('.sock');
  cpSync(directory, backup, { recursive: true, filter });
  rmSync(directory, { recursive: true });
  renameSync(backup, directory);
  expect(await failed).toMatchObject(isLost);
  await kernel.close();
  // The one that is there now is sound, and goes on by itself.
  const other = await openForTest({ directory, config });
  expect(await other.send('a', 'increment')).toBe(2);
});
