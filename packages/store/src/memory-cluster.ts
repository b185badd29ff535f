import {
  type Argument,
  callback,
  CooperageError,
  insistArguments,
  insistOptions,
  insistPeerID,
  type LinkSource,
  type PeerID,
  type PeerMessage,
  type ReadGroupLinks,
} from '@cooperage/types';
import {
  makeDisk,
  MEMORY_FAULTS,
  type MemoryBackend,
  type MemoryFaults,
} from './memory-backend.js';

/** Stores in memory whose kernels are linked, as those of a database are. */
export interface MemoryCluster {
  /** Opens the store of a kernel, as another process would: the former handle has lost it. */
  open(shard: string, faults?: MemoryFaults): MemoryBackend & { readonly links: LinkSource };
  /** Gives up what the store of a kernel has. It begins again, empty, as another peer. */
  lose(shard: string): void;
}

/** What was sent to a kernel, and how far it has taken that. */
interface Incoming {
  readonly waiting: Map<PeerID, PeerMessage[]>;
  readonly taken: Map<PeerID, number>;
  wake: () => void;
}

interface Shard {
  readonly incarnation: number;
  readonly open: (faults: MemoryFaults) => MemoryBackend;
}

const READ: readonly Argument[] = [{ name: 'read', rule: callback }];

/**
 * A cluster in memory: for tests and simulators.
 *
 * @param read finds in a commit group what it does to links
 * @throws {CooperageError} `BAD_ARGUMENT`
 */
export const makeMemoryCluster = (read: ReadGroupLinks): MemoryCluster => {
  insistArguments('makeMemoryCluster', READ, [read]);
  const shards = new Map<string, Shard>();
  const incoming = new Map<PeerID, Incoming>();
  const selfOf = (shard: string): PeerID =>
    insistPeerID(`${shard}~${(shards.get(shard) as Shard).incarnation}`);

  const incomingOf = (self: PeerID): Incoming => {
    const known = incoming.get(self);
    if (known !== undefined) return known;
    const made: Incoming = { waiting: new Map(), taken: new Map(), wake: () => undefined };
    incoming.set(self, made);
    return made;
  };

  const onGroup =
    (self: PeerID) =>
    (writes: ReadonlyMap<string, string | null>): void => {
      const { sent, taken } = read(writes);
      const own = incomingOf(self);
      for (const { peer, upTo } of taken) {
        own.taken.set(peer, upTo);
        const left = (own.waiting.get(peer) ?? []).filter(({ n }) => n > upTo);
        if (left.length > 0) own.waiting.set(peer, left);
        else own.waiting.delete(peer);
      }
      const woken = new Set<PeerID>();
      for (const { peer, n, text } of sent) {
        const { waiting } = incomingOf(peer);
        waiting.set(self, [...(waiting.get(self) ?? []), { peer: self, n, text }]);
        woken.add(peer);
      }
      for (const peer of woken) queueMicrotask(() => incomingOf(peer).wake());
    };

  const begin = (shard: string): Shard => {
    const { incarnation = 0 } = shards.get(shard) ?? {};
    const next = incarnation + 1;
    const { open } = makeDisk(onGroup(insistPeerID(`${shard}~${next}`)));
    const begun: Shard = { incarnation: next, open };
    shards.set(shard, begun);
    return begun;
  };

  const sourceOf = (self: PeerID): LinkSource => {
    const own = incomingOf(self);
    return {
      self,
      read: async (after) =>
        [...own.waiting.values()].flatMap((messages) =>
          messages.filter(({ peer, n }) => n > (after.get(peer) ?? 0)),
        ),
      newest: async () =>
        new Map([...own.waiting].map(([peer, messages]) => [peer, messages.at(-1)?.n ?? 0])),
      state: async () => {
        const peers = [...shards.keys()].map(selfOf).filter((peer) => peer !== self);
        const taken = peers.flatMap((peer) => {
          const upTo = incoming.get(peer)?.taken.get(self);
          return upTo === undefined ? [] : [[peer, upTo] as const];
        });
        return { peers, taken: new Map(taken) };
      },
      onWake: (listener) => {
        own.wake = listener;
      },
      forget: async (peer) => {
        incoming.delete(peer);
        own.taken.delete(peer);
      },
    };
  };

  return {
    open: (shard, faults = {}) => {
      insistOptions('open', faults, MEMORY_FAULTS);
      const found = shards.get(shard) ?? begin(shard);
      return Object.assign(found.open(faults), { links: sourceOf(selfOf(shard)) });
    },
    lose: (shard) => {
      const found = shards.get(shard);
      if (found === undefined) {
        throw new CooperageError('BAD_ARGUMENT', `there is no shard "${shard}"`);
      }
      // A handle of the former life commits nothing more.
      found.open({});
      begin(shard);
    },
  };
};
