// Worlds that several benchmarks start from.
import { timesByRole } from '../threads.mjs';

const peers = (count) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`peer${i}`, 'peer.js']));

export const driverAndPeers = (count) => ({
  bootstrap: 'driver',
  vats: { driver: 'driver.js', ...peers(count) },
});

export const driverAndBundle = {
  bootstrap: 'driver',
  vats: { driver: 'driver.js' },
  bundles: { peer: 'peer.js' },
};

export const peersOnly = (count) => ({ bootstrap: 'peer0', vats: peers(count) });

/** Four pairs of vats, each of which talks to its own partner: no one waits for all others. */
export const pairs = {
  bootstrap: 'driver',
  vats: {
    driver: 'driver.js',
    ...Object.fromEntries(
      Array.from({ length: 4 }, (_, i) => [
        [`caller${i}`, 'caller.js'],
        [`peer${i}`, 'peer.js'],
      ]).flat(),
    ),
  },
};

/**
 * @returns how long it took, how much time of processors all threads used, and how much those of each role, in
 * milliseconds
 */
export const timed = async (work) => {
  const began = performance.now();
  const used = process.cpuUsage();
  const before = timesByRole();
  await work();
  const after = timesByRole();
  const { user, system } = process.cpuUsage(used);
  const roles = Object.fromEntries(
    Object.entries(after).map(([role, time]) => [role, time - (before[role] ?? 0)]),
  );
  return { milliseconds: performance.now() - began, cpu: (user + system) / 1000, roles };
};
