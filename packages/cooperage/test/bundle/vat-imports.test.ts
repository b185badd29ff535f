import { expect, test } from 'vitest';
import { fixture, openForTest } from '../helpers.js';

test('a vat’s npm packages, TypeScript and JSON work in the vat, bundled', async () => {
  const kernel = await openForTest({
    config: { vats: { endo: { source: fixture('vats/endo.js') } } },
  });
  expect(await kernel.send('endo', 'check')).toEqual({
    sum: 3,
    refused: true,
    style: 'remotable',
    twice: 8,
    kind: 'module',
    data: { answer: 42 },
    isHardened: true,
  });
});

test('a vat sees what its modules export change, as modules do', async () => {
  const kernel = await openForTest({
    config: { vats: { live: { source: fixture('vats/live.js') } } },
  });
  expect(await kernel.send('live', 'count')).toEqual([1, 2, 'set', 'set']);
});
