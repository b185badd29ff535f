/** Runs that stop before everything is done, between two cranks. */
import { expect, it } from 'vitest';
import { fixture, openForTest, temporaryDirectory } from './helpers.js';

const vats = {
  a: { source: fixture('worker-vat.js') },
  b: { source: fixture('worker-vat.js') },
};
const { a, b } = vats;

/** Sends that nobody waits for. */
const flood = (kernel: Awaited<ReturnType<typeof openForTest>>, count: number): void => {
  for (let i = 0; i < count; i += 1) {
    kernel.send(i % 2 === 0 ? 'a' : 'b', 'increment').catch(() => undefined);
  }
};

it('stops after so many cranks, durable, and goes on where it stopped', async () => {
  const directory = temporaryDirectory();
  const options = { directory, manual: true, config: { vats: { a, b } } };
  const kernel = await openForTest(options);
  await kernel.run();
  flood(kernel, 40);
  const end = await kernel.run({ cranks: 7 });
  expect(end).toMatchObject({ reason: 'cranks', cranks: 7, computrons: 0 });
  const before = kernel.stats().cranks;
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(kernel.stats().cranks).toBe(before);
  await kernel.close();

  const again = await openForTest(options);
  const rest = await again.run();
  expect(rest).toMatchObject({ reason: 'idle', cranks: 33 });
});

it('in issue order a bound in cranks always stops in the same state', async () => {
  const stateAfter = async (threads: number, bounds: readonly number[]): Promise<string> => {
    const kernel = await openForTest({
      manual: true,
      order: 'issue',
      threads,
      config: { vats: { a, b } },
    });
    await kernel.run();
    flood(kernel, 60);
    for (const cranks of bounds) await kernel.run({ cranks });
    // When the host hears of an answer is not the kernel's to say; what the vats did is.
    const { tables } = kernel.store;
    const rows = [...tables.keys('v', 'w')].map((key) => `${key}=${tables.get(key)}`);
    await kernel.close();
    return rows.join('\n');
  };
  const once = await stateAfter(1, [23]);
  expect(await stateAfter(2, [23])).toBe(once);
  expect(await stateAfter(2, [10, 1, 12])).toBe(once);
});

it('stops after so much time', async () => {
  const kernel = await openForTest({ manual: true, config: { vats: { a } } });
  await kernel.run();
  for (let i = 0; i < 20; i += 1) kernel.send('a', 'spin', [30]).catch(() => undefined);
  const end = await kernel.run({ milliseconds: 50 });
  expect(end.reason).toBe('milliseconds');
  expect(end.cranks).toBeLessThan(20);
});

it('shows a policy each record, and stops when it says so', async () => {
  const kernel = await openForTest({ manual: true, config: { vats: { a, b } } });
  await kernel.run();
  flood(kernel, 20);
  const seen: string[] = [];
  const end = await kernel.run({
    policy: ({ vatID }) => {
      seen.push(vatID);
      return seen.length < 5;
    },
  });
  expect(end).toMatchObject({ reason: 'policy', cranks: 5 });
  expect(seen).toHaveLength(5);
  await expect(
    kernel.run({
      policy: () => {
        throw Error('a mistake in the policy');
      },
    }),
  ).rejects.toThrow(/a mistake in the policy/);
  expect((await kernel.run()).reason).toBe('idle');
});

it('says what is no bound', async () => {
  const kernel = await openForTest({ config: { vats: { a } } });
  await expect(kernel.run({ cranks: 0 })).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
  await expect(kernel.run({ milliseconds: -1 })).rejects.toThrow(/milliseconds must be/);
});
