import { makeKernelStore } from '@cooperage/store';
import { openLmdbBackend } from '@cooperage/store-lmdb';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fixture } from '../helpers.js';
import { cooperage, projectWith } from './processes.js';

const project = (): Promise<string> =>
  projectWith({
    bootstrap: 'customer',
    vats: {
      customer: { source: fixture('vats/customer.js') },
      shop: { source: fixture('vats/shop.js'), parameters: { prices: { bread: 3 } } },
    },
    order: 'issue',
  });

test('replay runs a kernel again and says that there is no difference', async () => {
  const folder = await project();
  expect((await cooperage(['run'], folder)).code).toBe(0);
  const replayed = await cooperage(['replay', '--into', 'again'], folder);
  expect(replayed.code).toBe(0);
  expect(replayed.stdout).toMatch(/^(\d+) cranks run again \(1 to \1\): no difference\n$/);
  expect((await cooperage(['check', '-d', 'again'], folder)).stdout).toContain('no problems');
  // The second kernel goes on like the first.
  const json = await cooperage(['run', '--json', '-d', 'again'], folder);
  expect(JSON.parse(json.stdout)).toMatchObject({ isNew: false, outcome: 'quiescent' });
});

test('replay shows what is different', async () => {
  const folder = await project();
  await cooperage(['run'], folder);
  const store = makeKernelStore(await openLmdbBackend(join(folder, '.cooperage')));
  const { tables } = store;
  tables.beginCrank();
  // The customer was told something else than it was.
  for (const key of tables.keys('history.', 'history/')) {
    const text = tables.get(key) as string;
    tables.set(key, text.replace('bread', 'cheese'));
  }
  tables.acceptCrank();
  await store.close();
  const replayed = await cooperage(['replay', '.cooperage'], folder);
  expect(replayed.code).toBe(1);
  const lines = replayed.stdout.split('\n');
  expect(lines[0]).toMatch(/^crank \d+: the host did$/);
  expect(lines.find((line) => line.startsWith('  createVat({'))).toContain('"name":"customer"');
  expect(replayed.stdout).toMatch(/^hash:\n- \S{43}\n\+ \S{43}$/m);
  const json = await cooperage(['replay', '.cooperage', '--json'], folder);
  expect(json.code).toBe(1);
  expect(JSON.parse(json.stdout)).toMatchObject({
    into: null,
    from: 1,
    difference: { crank: expect.any(Number) as number, cause: ['input', expect.any(Array)] },
  });
});

test('replay of a kernel that has no history says how to get one', async () => {
  const folder = await projectWith({ vats: { shop: { source: fixture('vats/live.js') } } });
  await cooperage(['run'], folder);
  const replayed = await cooperage(['replay'], folder);
  expect(replayed.code).toBe(1);
  expect(replayed.stderr).toContain('error NO_HISTORY');
  expect(replayed.stderr).toContain('issue order');
});

test('a history can be trimmed, and what is left runs again from an export', async () => {
  const folder = await project();
  await cooperage(['run'], folder);
  const { newest } = JSON.parse((await cooperage(['history', '--json'], folder)).stdout) as {
    newest: number;
  };
  await cooperage(['export', '.cooperage', 'early.cooperage'], folder);
  await cooperage(['run'], folder);
  const trimmed = await cooperage(['history', '--trim', String(newest)], folder);
  expect(trimmed.stdout).toMatch(new RegExp(`^cranks ${newest + 1} to \\d+\\n$`));
  expect((await cooperage(['check'], folder)).stdout).toContain('no problems');
  const alone = await cooperage(['replay'], folder);
  expect([alone.code, alone.stderr]).toEqual([1, expect.stringContaining('NO_HISTORY')]);
  await cooperage(['import', 'again', 'early.cooperage'], folder);
  const replayed = await cooperage(['replay', '--into', 'again'], folder);
  expect(replayed.stdout).toMatch(new RegExp(`\\(${newest + 1} to \\d+\\): no difference\\n$`));
});
