/** Ways in which a worker can go, on a real kernel: the vat comes back, and nothing is lost or done twice. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { KernelEvents } from '../src/host/events.js';
import { fixture, limitTime, openForTest, temporaryDirectory } from './helpers.js';

const source = fixture('mortal-vat.js');

const open = async (window: number, directory = temporaryDirectory(), options: object = {}) => {
  const vats = {
    mortal: { source, liveslots: 'mortal', ...options },
    other: { source, liveslots: 'mortal' },
  };
  const losses: KernelEvents['worker-lost'][] = [];
  const ends: KernelEvents['vat-ended'][] = [];
  const kernel = await openForTest({
    directory,
    window,
    config: { vats },
    liveslots: { mortal: fixture('mortal-liveslots.js') },
    on: {
      'worker-lost': (event) => losses.push(event),
      'vat-ended': (event) => ends.push(event),
    },
  });
  /** A file with so many lives to take. */
  const lives = (count: number): string => {
    const file = join(directory, 'lives');
    writeFileSync(file, String(count));
    return file;
  };
  return { kernel, losses, ends, lives, directory };
};

it.each([1, 4])(
  'a thread that ends twice: the vat is rebuilt, and the delivery repeated (window %i)',
  async (window) => {
    const { kernel, losses, ends, lives } = await open(window);
    expect(await kernel.send('mortal', 'increment')).toBe(1);
    expect(await kernel.send('mortal', 'tell', [kernel.root('other')])).toBe(1);
    const deadly = kernel.send('mortal', 'dieByExit', [lives(2)]);
    const behind = [1, 2, 3].map(() => kernel.send('mortal', 'increment'));
    expect(await kernel.send('other', 'increment')).toBe(2);
    expect(await deadly).toBe(2);
    expect(await Promise.all(behind)).toEqual([3, 4, 5]);
    await kernel.run();
    expect(losses.filter(({ vatID }) => vatID === 'v1')).toHaveLength(2);
    expect(ends).toEqual([]);
    // What it had sent before was not sent again when it was rebuilt.
    expect(await kernel.send('other', 'increment')).toBe(3);
  },
);

it('a thread that ends three times at one delivery: the vat ends for that reason, and no other', async () => {
  const { kernel, losses, ends, lives } = await open(4);
  expect(await kernel.send('mortal', 'increment')).toBe(1);
  const deadly = expect(kernel.send('mortal', 'dieByExit', [lives(9)])).rejects.toThrow(
    /lost 3 times at the same delivery/,
  );
  const behind = expect(kernel.send('mortal', 'increment')).rejects.toThrow(/terminated/);
  expect(await kernel.send('other', 'increment')).toBe(1);
  await deadly;
  await behind;
  await kernel.run();
  expect(losses.filter(({ vatID }) => vatID === 'v1')).toHaveLength(3);
  expect(ends).toMatchObject([{ name: 'mortal', isFailure: true }]);
  expect(ends[0]?.reason).toMatch(/WORKER_CRASHED.*3 times/);
  expect(await kernel.send('other', 'increment')).toBe(2);
});

// Errors that nobody catches end no thread: the crank that waits without end does. Messages that no thread sends end it.
it.each([
  ['dieByUncaughtError', /CRANK_TIME_LIMIT/],
  ['dieByRejection', /CRANK_TIME_LIMIT/],
  ['dieByNonsense', /WORKER_CRASHED.*invalid message/],
  ['dieByLie', /o-99/],
])('a worker that breaks the rules ends its vat alone: %s', async (method, reason) => {
  const { kernel, ends, lives } = await open(4);
  expect(await kernel.send('mortal', 'increment')).toBe(1);
  await limitTime(kernel, 'mortal');
  const deadly = expect(kernel.send('mortal', method, [lives(9)])).rejects.toThrow(reason);
  const behind = expect(kernel.send('mortal', 'increment')).rejects.toThrow(/terminated/);
  await deadly;
  await behind;
  expect(await kernel.send('other', 'increment')).toBe(1);
  await kernel.run();
  expect(ends).toMatchObject([{ name: 'mortal', isFailure: true }]);
});

it('a short vat answers while a long one is still running its history again', async () => {
  // Which thread gets a vat depends on how busy each is: in one thread with the long one, the short one would wait.
  const options = { ownThread: true };
  const { kernel, directory, lives } = await open(4, temporaryDirectory(), options);
  const gate = lives(0);
  await kernel.send('mortal', 'waitFor', [gate]);
  for (let i = 0; i < 50; i += 1) await kernel.send('mortal', 'increment');
  await kernel.send('other', 'increment');
  await kernel.close();

  // The long one cannot get past its first message before the gate is there, which the short one's answer puts there.
  rmSync(gate);
  const { kernel: again } = await open(4, directory, options);
  const order: string[] = [];
  const long = again.send('mortal', 'increment').then((count) => {
    order.push('long');
    return count;
  });
  const short = await again.send('other', 'increment');
  order.push('short');
  writeFileSync(gate, '0');
  expect([short, await long]).toEqual([2, 52]);
  expect(order).toEqual(['short', 'long']);
});
