// One node of a cluster, as a process that a test may kill or pause.
import { readClusterConfig, serveNode } from '../../dist/index.js';

const config = readClusterConfig(process.argv[2]);
const served = await serveNode(
  {
    ...config,
    node: { ...config.node, name: process.argv[3] },
    listen: { host: '127.0.0.1', port: 0 },
  },
  '0.1.0',
  (...line) => process.env.COOPERAGE_TEST_LOG && console.error(process.argv[3], ...line),
);
process.on('message', async ({ id, ask, args = [] }) => {
  const { agent } = served;
  try {
    const value =
      ask === 'shards' ? agent.shards : ask === 'port' ? served.port : await agent[ask](...args);
    process.send({ id, value });
  } catch (error) {
    process.send({ id, error: error.message });
  }
});
process.on('SIGTERM', () => void served.stop().then(() => process.exit(0)));
process.on('disconnect', () => process.exit(1));
process.send({ id: 0, value: 'ready' });
