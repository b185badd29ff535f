// The process of a shard whose start takes longer than a process that runs may be silent for.
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3_000);
const state = { role: 'owner', committed: 0, lag: 0 };
process.on('message', ({ type }) => {
  if (type === 'stop') process.exit(0);
  process.send({ type: 'state', state });
});
process.on('disconnect', () => process.exit(1));
