/** The layers swap: the field's published liveslots, unchanged, under our supervisor and kernel. */
import { expect, it } from 'vitest';
import { fixture, openForTest, temporaryDirectory } from './helpers.js';

const published = { liveslots: 'published', window: 1 };
const options = {
  liveslots: { published: import.meta.resolve('@agoric/swingset-liveslots') },
  config: {
    bootstrap: 'creator',
    vats: {
      creator: { source: fixture('creator-vat.js'), ...published },
      a: { source: fixture('worker-vat.js'), ...published },
      ours: { source: fixture('worker-vat.js') },
    },
    bundles: { child: { source: fixture('child-vat.js') } },
  },
};

it('vats on the published liveslots talk to vats on ours, make vats, and come back by replay', async () => {
  const directory = temporaryDirectory();
  const first = await openForTest({ ...options, directory });
  await first.run();
  expect(await first.send('a', 'relay', [first.root('ours'), 'increment', []])).toBe(1);
  expect(await first.send('ours', 'relay', [first.root('a'), 'increment', []])).toBe(1);
  const value = { list: [1n, undefined, NaN], text: '$0' };
  expect(await first.send('a', 'echo', [value])).toEqual(value);
  await expect(first.send('a', 'noSuchMethod')).rejects.toThrow(/noSuchMethod/);
  await first.send('creator', 'create', [
    'child',
    { vatParameters: { start: 3 }, liveslots: 'published', window: 1 },
  ]);
  expect(await first.send('creator', 'ask', ['child', 'increment', []])).toBe(4);
  expect(await first.send('creator', 'callService', ['timer', 'now', []])).toBeTypeOf('number');
  await first.close();

  const second = await openForTest({ ...options, directory });
  expect(await second.send('a', 'increment')).toBe(2);
  expect(await second.send('creator', 'ask', ['child', 'increment', []])).toBe(5);
});

it('an exit with failure ends a vat on the published liveslots as it ends one on ours', async () => {
  const kernel = await openForTest(options);
  await expect(kernel.send('a', 'spinThenFail', [0, kernel.root('ours')])).rejects.toThrow(
    /failed as it was told/,
  );
  await kernel.run();
  expect(await kernel.send('ours', 'count')).toBe(0);
});
