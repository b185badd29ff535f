import { describe, expect, it } from 'vitest';
import { fixture, openForTest, temporaryDirectory } from './helpers.js';

const config = {
  bootstrap: 'creator',
  vats: {
    creator: { source: fixture('creator-vat.js') },
    counter: { source: fixture('worker-vat.js') },
  },
  bundles: {
    child: { source: fixture('child-vat.js') },
    broken: { source: fixture('not-remotable-vat.js') },
  },
};

describe('a vat that is asked for at run time', () => {
  it('is there when its creator is told so, with its parameters', async () => {
    const { send, root } = await openForTest({ config });
    await send('creator', 'create', [
      'child',
      { vatParameters: { start: 5, of: [1n, root('counter')] } },
    ]);
    expect(await send('creator', 'ask', ['child', 'increment', []])).toBe(6);
    const parameters = await send('creator', 'ask', ['child', 'parameters', []]);
    expect(parameters).toMatchObject({ start: 5, of: [1n, {}] });
  });

  it('is announced in the order of the requests, whichever is up first', async () => {
    const { send } = await openForTest({ config, threads: 2 });
    const requests: unknown[][] = [60, 0, 20, 0, 40].map((slow, i) => [
      'child',
      { name: `child ${i}`, vatParameters: { slow } },
    ]);
    requests.splice(2, 0, ['child', { name: 'failing', vatParameters: { fail: 'on purpose' } }]);
    expect(await send('creator', 'createMany', [requests])).toEqual([
      'child 0 ready',
      'child 1 ready',
      'failing failed',
      'child 2 ready',
      'child 3 ready',
      'child 4 ready',
    ]);
  });

  it('has sent nothing and left nothing if it failed to start', async () => {
    const kernel = await openForTest({ config });
    const { send, root, stats, run, store } = kernel;
    const before = stats().vats;
    await expect(
      send('creator', 'create', [
        'child',
        { vatParameters: { greet: root('counter'), fail: 'late' } },
      ]),
    ).rejects.toThrow(/refuses to start: late/);
    await expect(send('creator', 'create', ['broken'])).rejects.toThrow(/remotable|non-frozen/i);
    await run();
    expect(await send('counter', 'count')).toBe(0);
    expect(stats().vats).toBe(before);
    expect([...store.tables.keys('creation.', 'creation/')]).toEqual([]);
    expect([...store.tables.keys('v3.', 'v3/'), ...store.tables.keys('v4.', 'v4/')]).toEqual([]);
  });

  it('can use what it was given while it starts', async () => {
    const { send, root, run } = await openForTest({ config });
    await send('creator', 'create', ['child', { vatParameters: { greet: root('counter') } }]);
    await run();
    expect(await send('counter', 'count')).toBe(1);
  });

  it.each([
    [['nothing'], /no bundle is named "nothing".*child/],
    [[5], /the bundle must be a name/],
    [['child', { colour: 'red' }], /no option "colour".*vatParameters/],
    [['child', { window: 0 }], /window must be a whole number from 1/],
    [['child', { name: 7 }], /name must be a string/],
  ])('is refused with a clear reason: %j', async (args, reason) => {
    const { send } = await openForTest({ config });
    await expect(send('creator', 'callService', ['vatAdmin', 'createVat', args])).rejects.toThrow(
      reason,
    );
  });

  it('keeps the kernel from being idle until it is announced', async () => {
    const { send, root, run, store } = await openForTest({ config });
    root('creator')
      .send('create', ['child', { vatParameters: { slow: 20 } }])
      .catch(() => undefined);
    await run();
    expect([...store.tables.keys('creation.', 'creation/')]).toEqual([]);
    expect(await send('creator', 'told')).toEqual(['child ready']);
  });

  it('ends when its administrator says so, and who waits for it is told why', async () => {
    const { send } = await openForTest({ config });
    await send('creator', 'create', ['child', { name: 'short' }]);
    const done = expect(send('creator', 'done', ['short'])).rejects.toThrow('enough');
    const waiting = expect(send('creator', 'ask', ['short', 'wait', []])).rejects.toThrow(
      /short.*terminated/,
    );
    await send('creator', 'terminate', ['short', new Error('enough')]);
    await Promise.all([done, waiting]);
    await expect(send('creator', 'ask', ['short', 'increment', []])).rejects.toThrow(
      /vat short terminated: .*administrator/,
    );
    await expect(send('creator', 'done', ['short'])).rejects.toThrow('enough');
  });

  it('tells why it ended by itself', async () => {
    const { send } = await openForTest({ config });
    await send('creator', 'create', ['child', { name: 'leaver' }]);
    await send('creator', 'create', ['child', { name: 'failer' }]);
    const left = send('creator', 'done', ['leaver']);
    const failed = expect(send('creator', 'done', ['failer'])).rejects.toThrow('cannot go on');
    await send('creator', 'ask', ['leaver', 'exit', ['finished']]);
    await expect(send('creator', 'ask', ['failer', 'fail', ['cannot go on']])).rejects.toThrow(
      /cannot go on/,
    );
    expect(await left).toBe('finished');
    await failed;
  });

  it('is still there after a restart', async () => {
    const directory = temporaryDirectory();
    const first = await openForTest({ config, directory });
    await first.send('creator', 'create', ['child']);
    await first.send('creator', 'ask', ['child', 'increment', []]);
    await first.close();
    const second = await openForTest({ config, directory });
    expect(await second.send('creator', 'ask', ['child', 'increment', []])).toBe(2);
  });
});
