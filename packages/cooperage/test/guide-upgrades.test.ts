/** The guide's programs that speak of upgrades, bundled and upgraded on a real kernel. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openForTest, temporaryDirectory } from './helpers.js';

const root = join(import.meta.dirname, '..', '..', '..');
const guide = readFileSync(join(root, 'docs', 'vat-authors-guide.md'), 'utf8');
mkdirSync(join(root, 'node_modules', '.cache'), { recursive: true });
// Below the root, where the packages are found that they import.
const folder = mkdtempSync(join(root, 'node_modules', '.cache', 'guide-'));
writeFileSync(
  join(folder, 'package.json'),
  '{"dependencies":{"@endo/patterns":"*","cooperage":"*"},"type":"module"}',
);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const snippet = (name: string): string => {
  const found = new RegExp(`<!-- vat ${name}\\b[^>]*-->\\s*\`\`\`js\\n(.*?)\`\`\``, 's').exec(
    guide,
  );
  const path = join(folder, `${name}.js`);
  writeFileSync(path, found?.[1] as string);
  return path;
};

it('a tally goes on as its next version, and numbered tickets go on after an upgrade', async () => {
  const directory = temporaryDirectory();
  const sources = Object.fromEntries(['tally', 'zoned'].map((name) => [name, snippet(name)]));
  const tally2 = snippet('tally2');
  const config = {
    vats: Object.fromEntries(Object.entries(sources).map(([name, source]) => [name, { source }])),
  };
  const kernel = await openForTest({ directory, config });
  expect(await kernel.send('tally', 'add', [6])).toBe(6);
  expect(await kernel.upgradeVat('tally', { source: tally2 })).toEqual({ incarnationNumber: 1 });
  expect(await kernel.send('tally', 'read')).toBe('it is 6');
  expect(await kernel.send('tally', 'double')).toBe(12);
  expect(await kernel.send('zoned', 'next')).toBe('T1');
  await kernel.upgradeVat('zoned', { source: sources['zoned'] as string });
  expect(await kernel.send('zoned', 'next')).toBe('T2');
  await kernel.close();
  const again = await openForTest({ directory, config });
  expect(await again.send('tally', 'double')).toBe(24);
  expect(await again.send('zoned', 'next')).toBe('T3');
});
