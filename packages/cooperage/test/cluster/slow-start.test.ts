import { join } from 'node:path';
import { openMembership, startAgent } from '@cooperage/cluster';
import { describe, expect, it } from 'vitest';
import { databaseOfFile, hasServer } from './database.js';

describe.runIf(hasServer)('the process of a shard', async () => {
  if (!hasServer) return;
  const { url, home } = await databaseOfFile();

  it('may take longer to start than it may be silent for when it runs', async () => {
    const membership = openMembership({ url });
    await membership.init(['s0']);
    await membership.close();
    const agent = await startAgent({
      database: { url },
      data: join(home, 'data'),
      node: { name: 'one', address: '127.0.0.1:1', version: '0.1.0', capacity: 1 },
      lease: 1_000,
      standby: true,
      kernels: { s0: join(home, 'cooperage.json') },
      entry: join(import.meta.dirname, 'slow-shard.mjs'),
      log: () => undefined,
    });
    await expect.poll(() => agent.shards[0]?.state.role).toBe('owner');
    await agent.stop();
  });
});
