/** A debugger that stops a node or one of its shards does not make it lose them. */
import * as inspector from 'node:inspector';
import { afterEach, expect, test } from 'vitest';
import { isStuck, leaseToAsk } from '../src/lease.js';

afterEach(() => inspector.close());

const LEASE = 10_000;
const MINUTES = 60_000;

test('a node that a debugger can stop asks for a lease that outlasts a pause of minutes', () => {
  expect(leaseToAsk(LEASE)).toBe(LEASE);
  inspector.open(0, '127.0.0.1');
  expect(leaseToAsk(LEASE)).toBeGreaterThanOrEqual(10 * MINUTES);
  expect(leaseToAsk(60 * MINUTES)).toBe(60 * MINUTES);
});

test('a shard’s process is stuck when it says nothing for two leases, unless a debugger can stop it', () => {
  const silence = { silent: 2 * LEASE + 1, role: 'owner' };
  expect(isStuck({ ...silence, isInspected: undefined }, LEASE)).toBe(true);
  expect(isStuck({ ...silence, silent: 2 * LEASE, isInspected: undefined }, LEASE)).toBe(false);
  expect(isStuck({ ...silence, silent: 600 * MINUTES, isInspected: true }, LEASE)).toBe(false);
});

test('a process that starts may take longer to say something', () => {
  const starting = { silent: 2 * LEASE + 1, role: 'starting', isInspected: undefined };
  expect(isStuck(starting, LEASE)).toBe(false);
  expect(isStuck({ ...starting, silent: MINUTES + 1 }, LEASE)).toBe(true);
});
