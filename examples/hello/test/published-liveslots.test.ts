// The same vat on the field's published liveslots.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openKernel } from 'cooperage';
import { expect, it } from 'vitest';

const directory = mkdtempSync(join(tmpdir(), 'hello-published-'));
const source = fileURLToPath(new URL('../vat.js', import.meta.url));

const greet = async () => {
  const kernel = await openKernel({
    directory,
    config: { liveslots: 'published', vats: { greeter: { source } } },
    liveslots: { published: import.meta.resolve('@agoric/swingset-liveslots') },
  });
  try {
    return await kernel.send('greeter', 'hello', ['world']);
  } finally {
    await kernel.close();
  }
};

it('greets, and remembers, on the published liveslots', async () => {
  try {
    expect(await greet()).toBe('Hello, world! You are visitor 1.');
    expect(await greet()).toBe('Hello, world! You are visitor 2.');
  } finally {
    rmSync(directory, { recursive: true });
  }
});
