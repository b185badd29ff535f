import { spawn } from 'node:child_process';
import { checkTables } from '@cooperage/kernel';
import { expect, it } from 'vitest';
import { fixture, openForTest, temporaryDirectory } from './helpers.js';

/** Runs until it has been ready for so many milliseconds, and kills it then. */
const killed = (directory: string, engine: string, after: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [fixture('killed-fork.mjs'), directory, engine], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child.stdout.once('data', () => setTimeout(() => child.kill('SIGKILL'), after));
    child.on('exit', (code, signal) => {
      if (signal === 'SIGKILL') resolve();
      else reject(new Error(`it ended with ${code}`));
    });
  });

it.each(['v8', 'quickjs'] as const)(
  'killed while it forks on %s: each fork is there, or nothing of it',
  async (engine) => {
    const directory = temporaryDirectory();
    for (const after of [40, 130, 75]) await killed(directory, engine, after);
    const kernel = await openForTest({
      directory,
      config: {
        engine,
        bootstrap: 'forker',
        vats: { forker: { source: fixture('forker-vat.js') } },
        bundles: { forked: { source: fixture('forked-vat.js') } },
      },
    });
    await kernel.run();
    expect(checkTables(kernel.store.tables)).toEqual([]);
    expect(kernel.stats().vats).toBeGreaterThan(2);
    expect(await kernel.send('forker', 'ask', ['ann', 'heap'])).toEqual(['a']);
    await kernel.send('forker', 'fork', ['ann', 'the last']);
    expect(await kernel.send('forker', 'ask', ['the last', 'heap'])).toEqual(['a']);
  },
);
