// Writes the tables of limits in docs/security.md from the values and comments in the code.
import { readFileSync, writeFileSync } from 'node:fs';
import { withLimits } from '../packages/types/dist/limits-doc.js';

const fileAt = (path) => new URL(`../${path}`, import.meta.url);
const read = (path) => readFileSync(fileAt(path), 'utf8');

const page = withLimits(read('docs/security.md'), {
  limits: read('packages/types/src/limits.ts'),
  defaults: read('packages/types/src/defaults.ts'),
});
writeFileSync(fileAt('docs/security.md'), page);
