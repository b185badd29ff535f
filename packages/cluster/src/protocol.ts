/** Between an agent and the process of one shard, over the channel of `child_process.fork`. Both run this project's code. */

export interface ShardStart {
  readonly shard: string;
  /** The config of the kernel. */
  readonly config: string;
  readonly database: { readonly url: string; readonly ca?: string; readonly allowUnsafe?: boolean };
  readonly data: string;
  /** Incarnation of the node: its lease is that of the shard. */
  readonly node: string;
}

export type ToShard =
  | { readonly type: 'start'; readonly start: ShardStart; readonly role: 'owner' | 'standby' }
  /** A standby becomes the owner. */
  | { readonly type: 'own' }
  | { readonly type: 'ping' }
  /** Close the kernel, give the shard back, and end. */
  | { readonly type: 'stop' }
  | {
      readonly type: 'send';
      readonly id: number;
      /** Of another kernel, which this one is linked with; where it is left out, the config says where the vat is. */
      readonly shard?: string;
      readonly vat: string;
      readonly method: string;
      readonly args: readonly unknown[];
    };

export interface ShardState {
  /** `opening`: has taken the shard over, and the kernel is not up yet. */
  readonly role: 'starting' | 'standby' | 'opening' | 'owner';
  readonly epoch?: number;
  readonly committed: number;
  /** Groups that a standby has not. */
  readonly lag: number;
  readonly cranks?: number;
  readonly vats?: number;
  /** A debugger may stop the process at any time: its silence means nothing. */
  readonly isInspected?: boolean;
}

export type FromShard =
  | { readonly type: 'state'; readonly state: ShardState }
  /** The shard has another owner still. */
  | { readonly type: 'locked' }
  | { readonly type: 'failed'; readonly code: string; readonly message: string }
  | { readonly type: 'log'; readonly level: string; readonly message: string }
  | {
      readonly type: 'answer';
      readonly id: number;
      readonly value?: unknown;
      readonly error?: { readonly code?: string; readonly message: string };
    };
