import type { Agent } from './agent.js';
import { type ProbeServer, serveProbes } from './probes.js';

/** Prometheus text: one line for each value, in the order of the table. */
export const metricsOf = (agent: Agent): string => {
  const { takeovers, epochLost, restarts, leasesLost } = agent.counters;
  const lines: string[] = [];
  const metric = (
    name: string,
    type: 'counter' | 'gauge',
    values: readonly (readonly [labels: string, value: number])[],
  ): void => {
    lines.push(`# TYPE cooperage_${name} ${type}`);
    for (const [labels, value] of values) lines.push(`cooperage_${name}${labels} ${value}`);
  };
  const byShard = (
    role: 'owner' | 'standby',
    read: (state: Agent['shards'][number]['state']) => number | undefined,
  ): (readonly [string, number])[] =>
    agent.shards.flatMap(({ shard, state }) => {
      const value = state.role === role ? read(state) : undefined;
      return value === undefined ? [] : [[`{shard="${shard}"}`, value] as const];
    });
  metric(
    'cranks_total',
    'counter',
    byShard('owner', ({ cranks }) => cranks),
  );
  metric(
    'groups_total',
    'counter',
    byShard('owner', ({ committed }) => committed),
  );
  metric(
    'epoch',
    'gauge',
    byShard('owner', ({ epoch }) => epoch),
  );
  metric(
    'vats',
    'gauge',
    byShard('owner', ({ vats }) => vats),
  );
  metric(
    'replica_lag_groups',
    'gauge',
    byShard('standby', ({ lag }) => lag),
  );
  metric(
    'takeovers_total',
    'counter',
    Object.entries(takeovers).map(([reason, count]) => [`{reason="${reason}"}`, count]),
  );
  metric('epoch_lost_total', 'counter', [['', epochLost]]);
  metric('shard_restarts_total', 'counter', [['', restarts]]);
  metric('leases_lost_total', 'counter', [['', leasesLost]]);
  metric('database_silent_seconds', 'gauge', [['', agent.unanswered / 1000]]);
  return `${lines.join('\n')}\n`;
};

/** Milliseconds without a round of the agent's loop after which it counts as stuck. */
const STUCK = 30_000;

/** What a supervisor asks of a node. */
export const serveEndpoints = (agent: Agent, host: string, port: number): Promise<ProbeServer> =>
  serveProbes(
    {
      health: () => (agent.idle < STUCK ? undefined : 'the loop of the agent is blocked'),
      readiness: () =>
        agent.isReady ? undefined : 'a shard is not open, or the database gave no answer',
      metrics: () => metricsOf(agent),
    },
    host,
    port,
  );
