// Two processes' worth of greetings: run again from the records, on other numbers of threads.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openKernel, replayKernel } from 'cooperage';
import { expect, it, onTestFinished } from 'vitest';

const source = fileURLToPath(new URL('../vat.js', import.meta.url));

it('is one history on 1, 2 and 8 threads', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'hello-history-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  for (const visitor of [1, 2]) {
    const kernel = await openKernel({
      directory,
      order: 'issue',
      threads: 2,
      config: { vats: { greeter: { source } } },
    });
    const greeting = await kernel.send('greeter', 'hello', ['world']);
    expect(greeting).toBe(`Hello, world! You are visitor ${visitor}.`);
    await kernel.run();
    await kernel.close();
  }
  for (const threads of [1, 2, 8]) {
    const { from, difference } = await replayKernel({ directory, threads });
    expect([from, difference]).toEqual([1, undefined]);
  }
});
