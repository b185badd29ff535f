/** Roots of static vats of other kernels, for the host of this one. */
import { setTimeout as sleep } from 'node:timers/promises';
import { CooperageError, type LinkSource, messageOf, type PeerID } from '@cooperage/types';
import type { Runner } from '@cooperage/vat-manager';
import type { KernelRef } from '../host/passable.js';
import type { Switchboard } from '../host/switchboard.js';
import type { LogSink } from '../services/logger.js';
import { shardOf } from './place-vats.js';

/** Milliseconds between two attempts to find all of them. */
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 10_000;

export interface FarRoots {
  /** The shards of the vats of the config that other kernels run, by the names of these vats. */
  readonly shards: ReadonlyMap<string, string>;
  /**
   * The root of a static vat of another kernel, which is asked for once in each life of its shard.
   * @throws {CooperageError} `BAD_ARGUMENT` if there is no other shard of this name
   */
  readonly find: (shard: string, vat: string) => Promise<KernelRef>;
  /** All vats of the config that other kernels run, by their names. Waits for these kernels. */
  readonly findAll: () => Promise<Readonly<Record<string, KernelRef>>>;
}

export interface FarRootsPowers {
  /** Undefined for a kernel without links. */
  readonly source: LinkSource | undefined;
  readonly shards: ReadonlyMap<string, string>;
  readonly runner: Runner;
  readonly switchboard: Switchboard;
  readonly log: LogSink;
}

interface Found {
  peer?: PeerID;
  root?: Promise<KernelRef>;
}

export const makeFarRoots = ({
  source,
  shards,
  runner,
  switchboard,
  log,
}: FarRootsPowers): FarRoots => {
  const { links } = runner.core.kernel.tables;
  const found = new Map<string, Found>();

  const ask = async (shard: string, vat: string, entry: Found): Promise<KernelRef> => {
    const { peers = [] } = (await source?.state()) ?? {};
    const peer = peers.find((each) => shardOf(each) === shard);
    if (peer === undefined) {
      throw new CooperageError(
        'BAD_ARGUMENT',
        `there is no other shard "${shard}"; there are: ${peers.join(', ') || 'none'}`,
      );
    }
    entry.peer = peer;
    const kp = await runner.inputSoon((host) => host.find(peer, vat));
    return (await switchboard.answerOf(kp)) as KernelRef;
  };

  const find: FarRoots['find'] = (shard, vat) => {
    const key = `${shard} ${vat}`;
    const known = found.get(key);
    const isLost = known?.peer !== undefined && links.isLost(known.peer);
    if (known?.root !== undefined && !isLost) return known.root;
    const entry: Found = {};
    const root = ask(shard, vat, entry);
    entry.root = root;
    found.set(key, entry);
    root.catch(() => {
      if (found.get(key) === entry) found.delete(key);
    });
    return root;
  };

  const findOnce = async (): Promise<Record<string, KernelRef>> => {
    const roots = [...shards].map(
      async ([name, shard]) => [name, await find(shard, name)] as const,
    );
    return Object.fromEntries(await Promise.all(roots));
  };

  return {
    shards,
    find,
    findAll: async () => {
      for (let pause = FIRST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
        try {
          return await findOnce();
        } catch (error) {
          // Throws where the kernel has ended.
          await runner.flush();
          log('warn', `bootstrap waits for vats of other shards: ${messageOf(error)}`);
          await sleep(pause, undefined, { ref: false });
        }
      }
    },
  };
};
