import type { DatabaseOptions } from './membership.js';

export interface AgentOptions {
  readonly database: DatabaseOptions;
  /** Directory of the replicas of this node. */
  readonly data: string;
  readonly node: {
    readonly name: string;
    readonly address: string;
    readonly version: string;
    readonly capacity: number;
  };
  /** Milliseconds for which other nodes leave the shards of this one alone after it was last heard of. */
  readonly lease: number;
  /** Whether this node follows shards that it does not own. */
  readonly standby: boolean;
  /** Config files of the kernels, by their shards. */
  readonly kernels: Readonly<Record<string, string>>;
  /** Module that runs one shard. */
  readonly entry: string;
  readonly log: (
    level: string,
    message: string,
    details: Readonly<Record<string, unknown>>,
  ) => void;
}
