import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fixture, openForTest, temporaryDirectory } from './helpers.js';

it.runIf(process.platform === 'linux')(
  'a full disk stops the kernel with a code, and loses nothing that was answered',
  async () => {
    const directory = join(temporaryDirectory(), 'state');
    // A limit on the size of files stands for the disk. It is in blocks of 512 or of 1,024 bytes.
    const command = `ulimit -f 8000; exec '${process.execPath}' '${fixture('fill-disk.mjs')}' '${directory}'`;
    const { stdout } = spawnSync('sh', ['-c', command], { encoding: 'utf8' });
    const outcome = JSON.parse(stdout) as Record<string, unknown>;
    expect(outcome).toMatchObject({
      code: 'STORE_FULL',
      failed: 'STORE_FULL',
      next: 'STORE_FULL',
    });
    const kernel = await openForTest({
      directory,
      config: { vats: { a: { source: fixture('worker-vat.js') } } },
    });
    // What was under way when the disk was full may be delivered now; what was answered is there.
    const count = (await kernel.send('a', 'count')) as number;
    expect(count).toBeGreaterThanOrEqual(outcome['answered'] as number);
    expect(count).toBeLessThanOrEqual((outcome['answered'] as number) + 1);
  },
);
