/** Each rule for crossings is needed: without it a world fails. */
import { describe, expect, test } from 'vitest';
import { hunt } from '../src/hunt.js';
import { MUTATIONS } from '../src/mutations.js';

/** Where each is known to show soon. If none of these shows it any more, the hunt goes on from seed 1. */
const NEAR: Readonly<Record<string, number>> = {
  dropIsStale: 45,
  retireIsStale: 59,
  resolveIsStale: 77,
  takesBack: 55,
  dropIsFinal: 55,
  retireIsFinal: 55,
  forgetsNameAtHandOut: 54,
  keepsNameUntilRetired: 10,
  voidsOldNews: 4,
  checksGarbageAgain: 98,
  withholdRetiredImports: 5,
  importUnknownPromises: 97,
};

describe('a world fails without the rule that', () => {
  test.each(Object.entries(MUTATIONS).map(([name, { rule }]) => [rule, name] as const))(
    '%s (%s)',
    { timeout: 150_000 },
    async (_rule, name) => {
      const mutation = MUTATIONS[name] ?? expect.fail();
      const caught =
        (await hunt(mutation, 5_000, NEAR[name] ?? 1)) ?? (await hunt(mutation, 60_000));
      expect(caught).toBeDefined();
    },
  );
});
