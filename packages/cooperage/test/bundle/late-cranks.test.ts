/** What ends a vat that does not come to an end says where in its author's files it was. */
import { expect, test } from 'vitest';
import { fixture, openForTest } from '../helpers.js';

test.each(['v8', 'quickjs'] as const)(
  'a crank that takes too long is reported with the file and line of its author: %s',
  async (engine) => {
    const kernel = await openForTest({
      config: {
        engine,
        // The vat starts within it on a busy machine, too.
        crankTimeLimit: 3_000,
        vats: { hog: { source: fixture('vats/hog.ts') } },
      },
    });
    await expect(kernel.send('hog', 'hang')).rejects.toThrow(
      /it was at .*hog\.ts:(?:6|7|16):\d+\)/,
    );
  },
);
