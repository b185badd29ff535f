import { fileURLToPath } from 'node:url';
import { type Agent, serveEndpoints, startAgent } from '@cooperage/cluster';
import { type Argument, callback, insistArguments, text } from '@cooperage/types';
import { CLUSTER_CONFIG, type ClusterConfig } from './cluster-config.js';

/** Also from the source, where tests run it. */
const shardEntry = (): string =>
  fileURLToPath(new URL('./shard-process.js', import.meta.url)).replace(
    /src([/\\]cluster[/\\]shard-process\.js)$/,
    'dist$1',
  );

export interface NodeLog {
  (level: string, message: string, details: Readonly<Record<string, unknown>>): void;
}

export interface ServedNode {
  readonly agent: Agent;
  /** Of the endpoints. */
  readonly port: number;
  /** Hands the shards over, and ends. */
  stop(): Promise<void>;
}

const ARGUMENTS: readonly Argument[] = [
  { table: CLUSTER_CONFIG },
  { name: 'version', rule: text('the version of the program') },
  { name: 'log', rule: callback },
];

/**
 * Runs one node of a cluster: `cooperage cluster serve`, and programs that are nodes themselves.
 *
 * @throws {CooperageError} `BAD_ARGUMENT`
 */
export const serveNode = async (
  config: ClusterConfig,
  version: string,
  log: NodeLog,
): Promise<ServedNode> => {
  insistArguments('serveNode', ARGUMENTS, [config, version, log]);
  const { database, data, node, lease, standby, kernels, listen } = config;
  const agent = await startAgent({
    ...{ database, data, lease, standby, kernels, log, entry: shardEntry() },
    node: { ...node, version, address: `${listen.host}:${listen.port}` },
  });
  try {
    const endpoints = await serveEndpoints(agent, listen.host, listen.port);
    return {
      agent,
      port: endpoints.port,
      stop: async () => {
        await agent.stop();
        await endpoints.close();
      },
    };
  } catch (error) {
    await agent.stop();
    throw error;
  }
};
