/** Vats that are given messages to the promises which they decide: real threads, a real LMDB directory. */
import { describe, expect, it } from 'vitest';
import type { VatID } from '@cooperage/types';
import { fixture, openForTest, temporaryDirectory } from './helpers.js';

const source = fixture('pipelining-vat.js');
const published = { liveslots: { published: import.meta.resolve('@agoric/swingset-liveslots') } };

describe.each([
  ['ours', { window: 8 }],
  ['the published liveslots', { liveslots: 'published', window: 1 }],
])('on %s', (_, vat) => {
  it.each([
    ['a promise', false],
    ['a thenable', true],
  ])('messages to %s reach what it is resolved to, in their order', async (__, isThenable) => {
    const kernel = await openForTest({
      ...published,
      directory: temporaryDirectory(),
      config: {
        vats: {
          asker: { source, ...vat },
          decider: { source, ...vat, enablePipelining: true },
          target: { source, ...vat },
        },
      },
    });
    const noter = await kernel.send('target', 'noter');
    const decider = kernel.root('decider');
    const notes = await kernel.send('asker', 'ask', [decider, 'a', isThenable, noter]);
    const expected = ['a 1', 'a 2', 'a 3', 'a 4'];
    expect(notes).toEqual(expected);
    expect(await kernel.send('target', 'seen')).toEqual(expected);
    // The decider was given what was sent before it knew: messages whose target is a promise.
    const { transcripts } = kernel.store;
    const early = ['v1', 'v2', 'v3'].map(
      (vatID) =>
        [...transcripts.read(vatID as VatID, 1, transcripts.newest(vatID as VatID))].filter(
          (entry) => /"delivery":\["message","p/.test(entry),
        ).length,
    );
    expect(early).toEqual([0, 3, 0]);
  });
});
