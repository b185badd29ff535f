/** Which vats of a config run here: in a cluster several kernels have one config. */
import { CooperageError, type LinkSource } from '@cooperage/types';
import type { ResolvedConfig } from '../config/config.js';

/** Runs the vats that name no shard, where others of the config do. */
const USUAL_SHARD = 's0';

export interface PlacedConfig {
  /** With the vats of this kernel only. */
  readonly config: ResolvedConfig;
  /** The shards of all other vats, by the names of these. */
  readonly elsewhere: ReadonlyMap<string, string>;
}

/** The shard of which a peer is a life. */
export const shardOf = (peer: string): string => peer.slice(0, peer.indexOf('~'));

/**
 * The part of a config that is for this kernel. Without links, or where no vat names a shard, that is all of it.
 *
 * @throws {CooperageError} `BAD_CONFIG` if the config names a shard that the cluster does not have
 */
export const placeVats = async (
  config: ResolvedConfig,
  source: LinkSource | undefined,
): Promise<PlacedConfig> => {
  const { bootstrap, vats } = config;
  const isSpread = Object.values(vats).some(({ shard }) => shard !== undefined);
  if (source === undefined || !isSpread) return { config, elsewhere: new Map() };
  const { self } = source;
  const { peers } = await source.state();
  const known = [self, ...peers].map(shardOf).sort();
  const elsewhere = new Map<string, string>();
  for (const [name, { shard = USUAL_SHARD }] of Object.entries(vats)) {
    if (!known.includes(shard)) {
      throw new CooperageError(
        'BAD_CONFIG',
        `${config.file ?? 'the config'}: the vat "${name}" is for shard "${shard}", and the cluster has: ` +
          `${known.join(', ')}; name one of these as its "shard"`,
      );
    }
    if (shard !== shardOf(self)) elsewhere.set(name, shard);
  }
  const isHere = (name: string): boolean => !elsewhere.has(name);
  return {
    config: {
      ...config,
      vats: Object.fromEntries(Object.entries(vats).filter(([name]) => isHere(name))),
      bootstrap: bootstrap !== undefined && isHere(bootstrap) ? bootstrap : undefined,
    },
    elsewhere,
  };
};
