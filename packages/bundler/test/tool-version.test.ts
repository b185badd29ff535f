import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { hashOfCode, toolVersion } from '../src/tool-version.js';

test('a bundler with other code of the same version has another name in the cache', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cooperage-tool-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const build = join(folder, 'dist');
  await mkdir(join(build, 'inside'), { recursive: true });
  const write = (name: string, text: string) => writeFile(join(build, name), text);
  await write('index.js', 'a');
  await write('inside/main.js', 'b');
  const first = hashOfCode([build]);

  await write('index.js.map', 'what is no code');
  expect(hashOfCode([build])).toBe(first);
  await write('inside/main.js', 'c');
  const second = hashOfCode([build]);
  expect(second).not.toBe(first);
  await write('inside/other.js', '');
  const third = hashOfCode([build]);
  expect(new Set([first, second, third]).size).toBe(3);

  await rename(build, join(folder, 'moved'));
  expect(hashOfCode([join(folder, 'moved')])).toBe(third);
  expect(toolVersion()).toMatch(/^[0-9a-f]{64} .*rolldown@\d/);
});
