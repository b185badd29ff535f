// One node of a cluster, as a process that the benchmark kills.
import { readClusterConfig, serveNode } from '../../dist/index.js';

const [, , file] = process.argv;
const served = await serveNode(readClusterConfig(file), '0.1.0', () => undefined);
process.on('message', async ({ id, ask, args = [] }) => {
  try {
    const { agent } = served;
    process.send({ id, value: ask === 'shards' ? agent.shards : await agent[ask](...args) });
  } catch (error) {
    process.send({ id, error: error.message });
  }
});
process.on('disconnect', () => process.exit(1));
process.send({ id: 0 });
