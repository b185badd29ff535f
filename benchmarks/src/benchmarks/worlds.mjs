// Worlds that several benchmarks start from.
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

/** @returns how long it took, and how much time of processors all threads used, in milliseconds */
export const timed = async (work) => {
  const began = performance.now();
  const used = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(used);
  return { milliseconds: performance.now() - began, cpu: (user + system) / 1000 };
};
