import { expect, it } from 'vitest';
import { DEFAULTS, LIMITS } from '../src/index.js';

it('the limits fit one another', () => {
  // A record can hold the largest syscall that may be made, and more than one of the largest values.
  expect(LIMITS.recordLength).toBeGreaterThan(2 * LIMITS.capdataLength);
  expect(LIMITS.recordLength).toBeGreaterThan(2 * LIMITS.vatstoreValueLength);
  // Whoever is told of one resolution is told of all that it carries.
  expect(LIMITS.notifyLength).toBeGreaterThan(LIMITS.capdataLength + LIMITS.capdataSlots);
  // The most that a record may name fills more than one syscall.
  expect(LIMITS.namesPerCrank).toBeGreaterThan(2 * LIMITS.capdataSlots);
  // A slice is a part of what one syscall may be.
  expect(LIMITS.sliceWork).toBeLessThan(LIMITS.capdataSlots);
  // A key of the tables has room for a vatstore key and what stands before it.
  expect(LIMITS.tableKeyLength).toBeGreaterThan(
    LIMITS.vatstoreKeyLength + 'v9007199254740991.vs.'.length,
  );
  expect(DEFAULTS.window).toBeLessThanOrEqual(LIMITS.maxWindow);
  expect(DEFAULTS.window).toBeGreaterThan(1);
  expect(LIMITS.groupRecords).toBeGreaterThan(1);
});
