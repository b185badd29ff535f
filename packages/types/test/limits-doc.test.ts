import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { DEFAULTS, LIMITS } from '../src/index.js';
import { withLimits } from '../src/limits-doc.js';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const page = read('../../../docs/security.md');
const sources = { limits: read('../src/limits.ts'), defaults: read('../src/defaults.ts') };

it('docs/security.md has the limits that the code has; if not, run `npm run docs:limits`', () => {
  expect(page).toBe(withLimits(page, sources));
});

it('every limit and every default is in the page', () => {
  for (const name of [...Object.keys(LIMITS), ...Object.keys(DEFAULTS)]) {
    if (name !== 'liveslots') expect(page).toContain(`| \`${name}\` |`);
  }
});

it('a value or a comment that differs from the code makes the page stale', () => {
  const limits = sources.limits.replace('Syscalls of one crank.', 'Calls.');
  expect(withLimits(page, { ...sources, limits })).not.toBe(page);
  expect(withLimits(page.replace('| 200,000 |', '| 100,000 |'), sources)).toBe(page);
});

it('a limit without a comment is refused', () => {
  const limits = sources.limits.replace('/** Syscalls of one crank. */', '');
  expect(() => withLimits(page, { ...sources, limits })).toThrow('what syscallsPerCrank is');
});
