/** Each rule for crossings is needed: without it a world fails. */
import { describe, expect, test } from 'vitest';
import { hunt } from '../src/runs/hunt.js';
import { MUTATIONS } from '../src/mutations/mutations.js';

/** Where each is known to show soon. If none of these shows it any more, the hunt goes on from seed 1. */
const NEAR: Readonly<Record<string, number>> = {
  placesBefore: 12,
  dropIsStale: 44,
  retireIsStale: 57,
  resolveIsStale: 97,
  takesBack: 38,
  dropIsFinal: 38,
  retireIsFinal: 5,
  forgetsNameAtHandOut: 97,
  keepsNameUntilRetired: 11,
  voidsOldNews: 4,
  checksGarbageAgain: 285,
  waits: 6,
  isBarred: 25,
  isSlowed: 14,
  isPaused: 10,
  tellsUnreachable: 11,
  copiesNews: 619,
  putsBack: 131,
  remembersNames: 1045,
  withholdRetiredImports: 38,
  importUnknownPromises: 97,
};

describe('a world fails without the rule that', () => {
  test.each(Object.entries(MUTATIONS).map(([name, { rule }]) => [rule, name] as const))(
    '%s (%s)',
    async (_rule, name) => {
      const mutation = MUTATIONS[name] ?? expect.fail();
      const caught =
        (await hunt(mutation, 5_000, NEAR[name] ?? 1)) ?? (await hunt(mutation, 60_000));
      expect(caught).toBeDefined();
    },
  );
});
