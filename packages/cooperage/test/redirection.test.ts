/** Promises that are resolved to promises: real threads, a real LMDB directory. */
import { describe, expect, it } from 'vitest';
import { makeService } from '../src/index.js';
import { fixture, openForTest, temporaryDirectory } from './helpers.js';

const source = fixture('redirected-vat.js');
const liveslots = {
  published: import.meta.resolve('@agoric/swingset-liveslots'),
  redirecting: fixture('redirecting-liveslots.js'),
};

describe.each([
  ['ours', { window: 8 }],
  ['the published liveslots', { liveslots: 'published', window: 1 }],
])('a vat on %s, of one that answers with promises,', (_, vat) => {
  const open = async (redirectorWindow: number) => {
    const kernel = await openForTest({
      liveslots,
      directory: temporaryDirectory(),
      config: {
        vats: {
          asker: { source, ...vat },
          target: { source, ...vat },
          redirector: { source, liveslots: 'redirecting', window: redirectorWindow },
        },
      },
    });
    return {
      kernel,
      redirector: kernel.root('redirector'),
      /** What is left when the host has heard everything and lets go. */
      promisesLeft: async () => {
        await kernel.run();
        return [...kernel.store.tables.keys('kp', 'kp:')];
      },
    };
  };

  it.each([1, 8])('learns what becomes of them (its window: %d)', async (redirectorWindow) => {
    const { kernel, redirector, promisesLeft } = await open(redirectorWindow);
    const noter = await kernel.send('target', 'noter');
    const target = kernel.root('target');
    const answer = await kernel.send('asker', 'ask', [redirector, target, noter]);
    expect(answer).toEqual({ notes: ['1', '2', '3', '4'], isSame: true });
    expect(await kernel.send('target', 'seen')).toEqual(['1', '2', '3', '4']);
    expect(await kernel.send('asker', 'askRejected', [redirector])).toBe('no');
    expect(await promisesLeft()).toEqual([]);
  });

  it.each([1, 2, 7])('hears that a cycle of %d cannot be fulfilled', async (size) => {
    const { kernel, redirector, promisesLeft } = await open(1);
    const ends = (await kernel.send('asker', 'askCycle', [redirector, size])) as string[];
    expect(ends).toHaveLength(size);
    for (const end of ends) expect(end).toMatch(/^rejected: .* was resolved to itself/);
    expect(await promisesLeft()).toEqual([]);
  });
});

it('a service may answer with a promise that it was given', async () => {
  const kernel = await openForTest({
    directory: temporaryDirectory(),
    config: { bootstrap: 'asker', vats: { asker: { source } } },
    services: { giver: makeService(({ args }) => args[0]) },
  });
  expect(await kernel.send('asker', 'askService')).toBe('given');
  await kernel.run();
  expect([...kernel.store.tables.keys('kp', 'kp:')]).toEqual([]);
});

describe.each(['a service', 'a host object'])('what %s answers with a promise', (kind) => {
  it.each([1, 2, 9])('is rejected where it leads to itself (by %d calls)', async (size) => {
    const giver = { give: (promise: unknown) => promise };
    const kernel = await openForTest({
      liveslots,
      config: {
        bootstrap: 'asker',
        vats: {
          asker: { source, window: 1 },
          redirector: { source, liveslots: 'redirecting', window: 1 },
        },
      },
      services: { giver },
    });
    const from = kind === 'a service' ? undefined : kernel.exportObject(giver);
    const first = kernel.send('redirector', 'wait');
    const all = [first];
    for (let last = first; all.length <= size; all.push(last)) {
      [last] = (await kernel.send('asker', 'give', [from, last])) as [Promise<unknown>];
    }
    const ends = Promise.allSettled(all);
    await kernel.send('redirector', 'join', [all.at(-1)]);
    for (const end of await ends) {
      expect(end).toMatchObject({ status: 'rejected', reason: { code: 'PROMISE_BROKEN' } });
    }
    await kernel.run();
    expect([...kernel.store.tables.keys('kp', 'kp:')]).toEqual([]);
  });
});
