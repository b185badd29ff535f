import { CooperageError, hasCode } from '@cooperage/types';
import type { Kept } from './kept-shards.js';
import type { ShardChild } from './shard-child.js';

/** How a program sends to vats at the node that it runs. */
export interface AgentSends {
  /**
   * To a static vat of a shard. Where another node owns the shard, a shard of this node conveys the message.
   * @throws {CooperageError} `VAT_NOT_FOUND` while this node owns no shard
   */
  send(shard: string, vat: string, method: string, args?: readonly unknown[]): Promise<unknown>;
  /**
   * To a static vat of any shard whose config this node has, by its name alone.
   * @throws {CooperageError} `VAT_NOT_FOUND` if no config has a vat of this name, and while this node owns no shard
   */
  sendTo(vat: string, method: string, args?: readonly unknown[]): Promise<unknown>;
}

/** Conveys what a program sends through the kernels that run at the node. */
export const makeAgentSends = (
  node: string,
  kernels: Readonly<Record<string, string>>,
  kept: ReadonlyMap<string, Kept>,
): AgentSends => {
  /** The kernels that run here, by their shards. */
  const running = (): ReadonlyMap<string, ShardChild> =>
    new Map(
      [...kept].flatMap(([shard, { child }]) =>
        child?.state.role === 'owner' ? [[shard, child] as const] : [],
      ),
    );

  const runsNone = (): CooperageError =>
    new CooperageError(
      'VAT_NOT_FOUND',
      `the node ${node} runs no shard now, and sends through those that it runs; ask a node that "cooperage cluster status" ` +
        'names as an owner',
    );

  return {
    send: async (shard, vat, method, args = []) => {
      const here = running();
      const own = here.get(shard);
      if (own !== undefined) return own.send(vat, method, args);
      const [other] = here.values();
      if (other === undefined) throw runsNone();
      return other.send(vat, method, args, shard);
    },
    sendTo: async (vat, method, args = []) => {
      const byConfig = new Map([...running()].map(([shard, child]) => [kernels[shard], child]));
      let notFound = runsNone();
      for (const child of byConfig.values()) {
        try {
          return await child.send(vat, method, args);
        } catch (error) {
          // That kernel's config does not have the vat.
          if (!hasCode(error, 'VAT_NOT_FOUND')) throw error;
          notFound = error as CooperageError;
        }
      }
      throw notFound;
    },
  };
};
