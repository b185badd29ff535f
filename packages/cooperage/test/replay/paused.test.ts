/** That callers of a paused vat were rejected after a time is part of the history: a replay needs no clock for it. */
import { expect, test } from 'vitest';
import { fixture, openForTest, temporaryDirectory } from '../helpers.js';
import { replayTwice } from './replay-twice.js';

test('a history in which callers of a suspended vat were rejected replays the same', async () => {
  const directory = temporaryDirectory();
  const spinning = {
    source: fixture('hungry-vat.js'),
    engine: 'quickjs' as const,
    computronLimit: 400_000_000,
    whenExhausted: 'suspend' as const,
  };
  const config = { rejectPausedAfter: 200, vats: { spinning } };
  const kernel = await openForTest({ config, directory, order: 'issue' });
  const calls = [kernel.send('spinning', 'spin', [-1]), kernel.send('spinning', 'spin', [1])];
  for (const call of calls) {
    await expect(call).rejects.toMatchObject({
      code: 'VAT_PAUSED',
      vat: 'spinning',
      reasonCode: 'METER_EXHAUSTED',
    });
  }
  await kernel.run();
  await kernel.close();
  await replayTwice(directory);
});
