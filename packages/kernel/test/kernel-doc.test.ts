import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { kernelDoc } from '../src/kernel-doc.js';

it('docs/kernel.md says what the code says; if not, run `npm run docs:kernel`', () => {
  const written = readFileSync(new URL('../../../docs/kernel.md', import.meta.url), 'utf8');
  expect(written).toBe(kernelDoc());
});
