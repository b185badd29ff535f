/** Cranks under a debugger that are not just messages to a vat that is still there: upgrades, forks, QuickJS vats. */
import { join } from 'node:path';
import { debugCrank } from '@cooperage/inspect';
import { type Retirement, retirementsOf } from '@cooperage/recording';
import { openLmdbView } from '@cooperage/store-lmdb';
import { storeOn } from '@cooperage/tools';
import { beforeAll, expect, test } from 'vitest';
import { fixture, openForTest } from '../helpers.js';
import { temporaryFolder } from '../cli/processes.js';

const till = { source: join(import.meta.dirname, 'vats/till.ts') };

let source: string;
let retirements: readonly Retirement[];
/** What the vats are: `till`, `quick`, `zygote` and `child`. */
const ids = new Map<string, string>();

beforeAll(async () => {
  source = join(await temporaryFolder(), 'kernel');
  const kernel = await openForTest({
    directory: source,
    config: {
      bootstrap: 'parent',
      vats: {
        parent: { source: fixture('forker-vat.js') },
        till,
        quick: { ...till, engine: 'quickjs' },
      },
      bundles: { till },
    },
    history: true,
  });
  await kernel.send('till', 'add', [1]);
  await kernel.send('quick', 'add', [2]);
  await kernel.send('parent', 'create', ['zygote', 'till', { zygote: true }]);
  await kernel.send('parent', 'ask', ['zygote', 'add', 3]);
  await kernel.send('parent', 'fork', ['zygote', 'child']);
  await kernel.send('parent', 'ask', ['child', 'add', 4]);
  await kernel.upgradeVat('till', till);
  await kernel.send('till', 'add', [5]);
  await kernel.close();
  const store = storeOn(await openLmdbView(source));
  retirements = retirementsOf(store);
  await store.close();
  for (const [index, name] of ['parent', 'till', 'quick', 'zygote', 'child'].entries())
    ids.set(name, `v${index + 1}`);
});

test.each([
  ['of the incarnation before an upgrade, whose records are gone', 'till', 2, 7],
  ['that begins the incarnation after an upgrade', 'till', 5, 3],
  ['of the incarnation after an upgrade', 'till', 6, 7],
  ['of a vat on QuickJS, which runs on V8 here', 'quick', 2, 7],
  ['of a zygote', 'zygote', 2, 7],
  ['of the child of a fork', 'child', 3, 7],
] as const)('a crank %s stops in its source', async (_, name, n, line) => {
  const found = retirements.find((each) => each.vatID === ids.get(name) && each.n === n);
  const session = await debugCrank({ source, crank: found?.crank ?? 0 });
  try {
    expect(session.at).toMatchObject({
      n,
      stoppedAt: { source: expect.stringMatching(/till\.ts$/) as string, line },
    });
  } finally {
    await session.close();
  }
});

test('the last crank of an incarnation runs no code of its author', async () => {
  const found = retirements.find(({ vatID, n }) => vatID === ids.get('till') && n === 4);
  const session = await debugCrank({ source, crank: found?.crank ?? 0 });
  expect(session.at).toMatchObject({ n: 4 });
  expect(session.at.stoppedAt).toBeUndefined();
  await session.close();
});
