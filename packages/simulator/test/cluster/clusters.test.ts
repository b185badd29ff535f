/** Several real kernels that are linked, and the rules without which a world of them fails. */
import { describe, expect, it } from 'vitest';
import { CLUSTER_MUTATIONS } from '../../src/cluster/cluster-rules.js';
import { exploreClusters, SMALLEST } from '../../src/cluster/explore/explore-clusters.js';
import { runClusters } from '../../src/cluster/run-clusters.js';

/** Where each is known to show soon. */
const NEAR: Readonly<Record<string, number>> = { once: 1, grantFirst: 7 };

describe('kernels that are linked', () => {
  it('keep their promises in thirty worlds', async () => {
    const { failures, counts } = await runClusters({ from: 1, seeds: 30 });
    expect(failures).toEqual([]);
    const happened = ['send', 'resolve', 'retire', 'grant', 'gc', 'crash', 'late', 'again'];
    for (const what of [...happened, 'fork', 'upgrade', 'quarantine', 'slowed']) {
      expect([what, counts[what] ?? 0]).not.toEqual([what, 0]);
    }
  });

  it('keep them in the worlds that showed faults of the kernel and of the checks', async () => {
    for (const from of [20, 75, 97, 139, 271]) {
      const { failures } = await runClusters({ from, seeds: 1 });
      expect(failures).toEqual([]);
    }
  });

  it('keep them in a small world in every order of its steps', async () => {
    const { local, isComplete, ...found } = await exploreClusters(100_000, {
      ...SMALLEST,
      ...{ seed: 'smallest 3', crashes: 0 },
    });
    expect({ isComplete, isBranching: local.every((states) => states > 50) }).toEqual({
      ...{ isComplete: true, isBranching: true },
    });
    expect(found.states).toBeGreaterThan(1_000);
    expect(found.ends).toBeGreaterThan(0);
    expect(Object.keys(found.ops)).toEqual(
      expect.arrayContaining(['find', 'send', 'resolve', 'gc']),
    );
  });

  it.each(Object.keys(CLUSTER_MUTATIONS).filter((name) => name in NEAR))(
    'need the rule %s',
    async (without) => {
      const from = NEAR[without] ?? 1;
      const near = await runClusters({ from, seeds: 1, without, stopsAtFirst: true });
      if (near.failures.length > 0) return;
      const { failures } = await runClusters({ from: 1, seeds: 500, without, stopsAtFirst: true });
      expect(failures).toHaveLength(1);
    },
  );
});
