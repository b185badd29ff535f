import { expect, test } from 'vitest';
import { fixture, openForTest, temporaryDirectory } from '../helpers.js';
import type { KernelRef } from '../../src/index.js';
import { cooperage } from './processes.js';

const source = fixture('cycle-vat.js');

test('garbage shows cycles of a kernel that runs, and how they hold', async () => {
  const directory = temporaryDirectory();
  const kernel = await openForTest({
    directory,
    config: { vats: { ann: { source }, ben: { source } } },
  });
  expect((await cooperage(['garbage', directory], directory)).stdout).toMatch(
    /^\d+ objects? retained by vats only, vats asked \d+ times?: no cycles\n$/,
  );
  const a = (await kernel.send('ann', 'makeNode')) as KernelRef;
  const b = (await kernel.send('ben', 'makeNode')) as KernelRef;
  await a.send('link', [b]);
  await b.send('link', [a]);
  a.release();
  b.release();
  await kernel.run();
  const { code, stdout } = await cooperage(['garbage', directory], directory);
  expect(code).toBe(0);
  const [head, ...rest] = stdout.split('\n');
  expect(head).toBe(`certain: ${a.kref()} (v1 o+d10/1), ${b.kref()} (v2 o+d10/1)`);
  expect(rest[0]).toBe(`  ${a.kref()} -> ${b.kref()}: in v1, o+d10/1 holds o-1 by vom.o+d10/1`);
  expect(stdout).toContain(': 1 cycle\n');
  const json = await cooperage(['garbage', directory, '--json'], directory);
  expect(JSON.parse(json.stdout)).toMatchObject({ cycles: [{ rank: 'certain' }], unasked: [] });
});
