/** Vats and hosts that send faster than the receiver works. */
import { expect, it } from 'vitest';
import { hasCode } from '@cooperage/types';
import { fixture, openForTest, temporaryDirectory } from './helpers.js';

const source = fixture('flood-vats.js');
const inboxes = (kernel: Awaited<ReturnType<typeof openForTest>>): number[] => {
  const { tables } = kernel.store;
  const read = (key: string): number => Number(tables.get(key) ?? 0);
  return ['v1', 'v2', 'v3'].map((vatID) => read(`${vatID}.in.tail`) - read(`${vatID}.in.head`));
};

it.each(['arrival', 'issue'] as const)(
  'slows vats that flood another, and delivers all in order (%s order)',
  async (order) => {
    let longest = 0;
    const kernel = await openForTest({
      order,
      directory: temporaryDirectory(),
      config: {
        vats: {
          sink: { source, inboxLimit: 50, window: 2 },
          one: { source, window: 2 },
          two: { source, window: 2 },
        },
      },
    });
    kernel.on('retired', () => {
      longest = Math.max(longest, inboxes(kernel)[0] as number);
    });
    const sink = kernel.root('sink');
    await Promise.all(
      Array.from({ length: 80 }, (_, i) =>
        kernel.send(i % 2 === 0 ? 'one' : 'two', 'flood', [20, sink]),
      ),
    );
    await kernel.run();
    expect(await kernel.send('sink', 'received')).toEqual({ count: 1_600, inOrder: true });
    // The limit, and what two senders had at their workers.
    expect(longest).toBeGreaterThan(50);
    expect(longest).toBeLessThanOrEqual(50 + 2 * 2 * 20);
    expect(
      [...kernel.store.tables.keys('v', 'w')].filter((key) => /\.(waits|slows)$/.test(key)),
    ).toEqual([]);
  },
);

it('holds the host’s messages back until there is room, in their order', async () => {
  let longest = 0;
  const kernel = await openForTest({
    config: { vats: { sink: { source, inboxLimit: 20, window: 2 } } },
  });
  kernel.on('retired', () => {
    longest = Math.max(longest, inboxes(kernel)[0] as number);
  });
  const answers = await Promise.all(
    Array.from({ length: 300 }, (_, i) => kernel.send('sink', 'take', ['host', i])),
  );
  expect(answers).toEqual(Array.from({ length: 300 }, (_, i) => i + 1));
  expect(await kernel.send('sink', 'received')).toEqual({ count: 300, inOrder: true });
  expect(longest).toBeLessThanOrEqual(21);
});

it('refuses the host’s messages where it is told to, and says why', async () => {
  const kernel = await openForTest({
    manual: true,
    whenInboxIsFull: 'refuse',
    config: { vats: { sink: { source, inboxLimit: 20, window: 2 } } },
  });
  await kernel.run();
  const sent = Array.from({ length: 30 }, (_, i) => kernel.send('sink', 'take', ['host', i]));
  const settled = Promise.allSettled(sent);
  await kernel.run();
  const refused = (await settled).flatMap((each) =>
    each.status === 'rejected' ? [each.reason as Error] : [],
  );
  // Two are out and 21 wait: one more than the limit.
  expect(refused).toHaveLength(7);
  expect(refused.every((error) => hasCode(error, 'QUEUE_FULL'))).toBe(true);
  expect(refused[0]?.message).toContain('vat "sink"');
});

it('a long inbox holds up nobody but its own vat', async () => {
  const kernel = await openForTest({
    config: {
      inboxLimit: 0,
      vats: { sink: { source, window: 2 }, flooder: { source }, one: { source }, two: { source } },
    },
  });
  await kernel.send('flooder', 'flood', [3_000, kernel.root('sink')]);
  expect(await kernel.send('one', 'rally', [20, kernel.root('two')])).toBe(20);
  // Twenty returns later most of the flood still waits.
  expect(inboxes(kernel)[0]).toBeGreaterThan(500);
  await kernel.run();
  expect(await kernel.send('sink', 'received')).toEqual({ count: 3_000, inOrder: true });
});
