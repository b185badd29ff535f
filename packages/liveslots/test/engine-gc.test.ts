import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

test('the engine’s own collector drops what nobody holds, and user code does not notice', () => {
  const child = fileURLToPath(new URL('child/engine-gc.mjs', import.meta.url));
  const text = execFileSync(process.execPath, ['--expose-gc', child], { encoding: 'utf8' });
  expect(JSON.parse(text)).toEqual({
    // What is only recognized is dropped, and not retired.
    first: [
      ['dropImports', ['o-1', 'o-3', 'o-5']],
      ['retireImports', ['o-1']],
    ],
    second: [
      ['dropImports', ['o-2', 'o-4']],
      ['retireImports', ['o-2', 'o-4']],
    ],
    again: '#"known"',
    thing: '#"7,thing"',
    left: [],
    retired: [],
    weakRows: [],
  });
});
