import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importKernel, replayKernel } from 'cooperage';
import {
  type CrankView,
  makeAnswers,
  openSource,
  type Overview,
  type TimelineView,
} from '@cooperage/inspect';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { closePool, E, explore, OrderFailsError, type World } from '../src/index.js';

const folder = mkdtempSync(join(tmpdir(), 'cooperage-explore-'));
afterAll(async () => {
  await closePool();
  rmSync(folder, { recursive: true, force: true });
});

const till = { vats: { bank: './vats/bank.ts', ann: './vats/teller.ts', bob: './vats/teller.ts' } };

/** Bob begins when Ann has her answer, but for a message of hers that is still on its way. */
const takeTwice = async ({ roots }: { readonly roots: World['roots'] }): Promise<void> => {
  const { ann, bank, bob } = roots;
  const first = E(ann).take(bank, 10);
  await E(bob).take(bank, 0);
  await E(bob).take(bank, 20);
  await first;
  expect(await E(bank).balance()).toBe(70);
};

const failureOf = async (work: Promise<unknown>): Promise<OrderFailsError> => {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(OrderFailsError);
  return error as OrderFailsError;
};

test('a race is found, shortened, drawn, and recorded so that the kernel can be replayed', async () => {
  const recording = join(folder, 'race.cooperage');
  const error = await failureOf(explore(till, takeTwice, { runs: 30, recording }));
  const { failures, runs, report } = error.exploration;
  expect(failures).toBeGreaterThan(0);
  expect(failures).toBeLessThan(runs);
  expect(error.message).toMatch(/^\d+ of 30 orders fails?; shortest: \d+ messages\n/);
  expect(error.message).toContain('seed: 0');
  expect(report?.diagram).toContain('set(90)');
  expect(report?.diagram).toContain('crossed at');

  const alone = await failureOf(
    explore(till, takeTwice, { order: report?.order as string, recording: false }),
  );
  expect(alone.exploration.failures).toBe(1);

  expect(error.message).toContain(`to inspect it: cooperage inspect ${recording}`);
  const store = await openSource(recording);
  const answers = makeAnswers(store, recording);
  const overview = answers('overview', new URLSearchParams()) as Overview;
  expect(overview.cut).toBeUndefined();
  expect(overview.lanes.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['host', 'bank', 'ann', 'bob']),
  );
  const { boxes } = answers('timeline', new URLSearchParams()) as TimelineView;
  const written = boxes.filter(({ label }) => label?.startsWith('set('));
  expect(written.map(({ label }) => label)).toContain('set(90)');
  for (const { crank } of written) {
    const view = answers(`crank/${crank}`, new URLSearchParams()) as CrankView;
    expect(view).toMatchObject({ vat: 'bank', crank });
    expect(view.chain.map(({ label }) => label).join()).toContain('take(');
  }
  await store.close();

  await importKernel(join(folder, 'kernel'), [recording]);
  const replayed = await replayKernel({ directory: join(folder, 'kernel') });
  expect(replayed.difference).toBeUndefined();
});

test('the same seed fails in the same orders', async () => {
  const options = { runs: 12, seed: 7, recording: false, shrinkRuns: 0 } as const;
  const one = await failureOf(explore(till, takeTwice, options));
  const other = await failureOf(explore(till, takeTwice, { ...options, parallel: 1 }));
  expect(other.exploration.failures).toBe(one.exploration.failures);
});

test('durable data survives crashes, evictions and upgrades in every order', async () => {
  const explored = await explore(
    { vats: { counter: './vats/counter.js', bank: './vats/bank.ts' } },
    async ({ roots }) => {
      await Promise.all([
        E(roots.counter).add(1),
        E(roots.bank).balance(),
        E(roots.counter).add(2),
      ]);
      expect(await E(roots.counter).count()).toBe(3);
    },
    { runs: 15, crashes: true, evictions: true, upgrades: ['counter'] },
  );
  expect(explored).toEqual({ runs: 15, failures: 0, seed: 0 });
});

test('a variable that an upgrade loses is found', async () => {
  const error = await failureOf(
    explore(
      { vats: { counter: './vats/forgetful.js' } },
      async ({ roots }) => {
        await E(roots.counter).add(1);
        await E(roots.counter).add(2);
        expect(await E(roots.counter).count()).toBe(3);
      },
      { runs: 10, upgrades: ['counter'], recording: false },
    ),
  );
  expect(error.exploration.report?.order).toMatch(/^upgrade@\d+$/);
});

test('a plan of fast-check is shrunk together with the order', async () => {
  const error = await failureOf(
    explore(
      { vats: { bank: './vats/bank.ts' } },
      async ({ roots }, amounts) => {
        for (const amount of amounts) await E(roots.bank).set(amount);
        expect(await E(roots.bank).balance()).toBeLessThan(50);
      },
      {
        runs: 10,
        plan: fc.array(fc.nat({ max: 60 }), { minLength: 1, maxLength: 6 }),
        recording: false,
      },
    ),
  );
  const { report } = error.exploration;
  expect(report?.order).toBe('in order');
  expect((report?.plan as number[]).at(-1)).toBeGreaterThanOrEqual(50);
  expect(error.message).toContain('plan: ');
});

test('a scenario that waits for what cannot come is told so', async () => {
  const error = await failureOf(
    explore(
      { bootstrap: 'keeper', vats: { keeper: './vats/keeper.js' } },
      async ({ roots }) => E(roots.keeper).never(),
      { runs: 1, recording: false },
    ),
  );
  expect(error.message).toMatch(/waits for kp\d+ of keeper, and nothing is left that could go on/);
});

test('options that explore does not know are refused', async () => {
  await expect(explore(till, takeTwice, { run: 3 } as never)).rejects.toThrow(
    'explore has no option "run"; did you mean "runs"?',
  );
});
