import { createServer, type Server } from 'node:http';
import { CooperageError, messageOf } from '@cooperage/types';
import type { Agent } from './agent.js';

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

/** `/healthz`, `/readyz`, `/metrics`. Nothing else is served, and nothing is read of a request but its path. */
export const serveEndpoints = async (
  agent: Agent,
  host: string,
  port: number,
): Promise<{ readonly port: number; close(): Promise<void> }> => {
  const answers: Readonly<Record<string, () => readonly [status: number, text: string]>> = {
    '/healthz': () =>
      agent.idle < 30_000 ? [200, 'ok\n'] : [503, 'the loop of the agent stands\n'],
    '/readyz': () =>
      agent.isReady
        ? [200, 'ok\n']
        : [503, 'a shard is not open, or the database gave no answer\n'],
    '/metrics': () => [200, metricsOf(agent)],
  };
  const server: Server = createServer((request, response) => {
    const answer = request.method === 'GET' ? answers[request.url ?? ''] : undefined;
    const [status, text] = answer?.() ?? [404, 'there are /healthz, /readyz and /metrics\n'];
    response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(text);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) =>
      reject(
        new CooperageError(
          'BAD_ARGUMENT',
          `cannot listen at ${host}:${port}: ${messageOf(cause)}`,
          {
            cause,
          },
        ),
      ),
    );
    server.listen(port, host, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
