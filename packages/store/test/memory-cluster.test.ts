import { linkCompliance } from '@cooperage/compliance';
import { expect, it } from 'vitest';
import { makeMemoryCluster } from '../src/index.js';

linkCompliance({
  setup: async (read) => {
    const cluster = makeMemoryCluster(read);
    return {
      open: async (shard) => cluster.open(shard),
      lose: async (shard) => cluster.lose(shard),
    };
  },
  supports: { doubt: false },
});

it('a cluster in memory refuses to lose a shard that it does not have', () => {
  const cluster = makeMemoryCluster(() => ({ sent: [], taken: [] }));
  expect(() => cluster.lose('s7')).toThrow(/there is no shard "s7"/);
});
