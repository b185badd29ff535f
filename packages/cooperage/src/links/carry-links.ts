/** Brings the messages of peer kernels to the kernel, and tells it what peers have taken and which are lost. */
import {
  codeOf,
  hasCode,
  type LinkSource,
  messageOf,
  type PeerID,
  type PeerMessage,
} from '@cooperage/types';
import type { Runner } from '@cooperage/vat-manager';
import type { LogSink } from '../services/logger.js';

/** Milliseconds between two looks at what has come, where nothing wakes it. */
const POLL = 100;
/** Between two looks at the peers, while no message of this kernel waits to be taken. */
const LOOK_AT_PEERS = 1_000;

export interface LinkCarrier {
  /** Nothing is brought any more when it resolves. Idempotent. */
  stop(): Promise<void>;
}

export interface CarryLinksPowers {
  readonly source: LinkSource;
  readonly runner: Runner;
  readonly log: LogSink;
}

/** A pause that ends when it is over, or when messages may have come. */
const makePause = (): {
  readonly wake: () => void;
  readonly pause: (milliseconds: number) => Promise<void>;
} => {
  let isWoken = false;
  let end: (() => void) | undefined;
  return {
    wake: () => {
      isWoken = true;
      end?.();
    },
    pause: async (milliseconds) => {
      if (!isWoken) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, milliseconds);
          end = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      isWoken = false;
      end = undefined;
    },
  };
};

export const carryLinks = ({ source, runner, log }: CarryLinksPowers): LinkCarrier => {
  const { links } = runner.core.kernel.tables;
  const pending = new Map<PeerID, PeerMessage[]>();
  /** Links on which a message was refused. */
  const stopped = new Set<PeerID>();
  const { wake, pause } = makePause();
  let isOver = false;
  let lookedAtPeers = -Infinity;
  source.onWake(wake);

  const take = async ({ peer, text }: PeerMessage): Promise<'taken' | 'known' | 'waits'> => {
    const arrival = await runner.inputSoon((host) => host.arrive(peer, text));
    if (arrival !== 'waits') return arrival;
    const newest = await source.newest();
    const [, needs] = JSON.parse(text) as [n: number, needs: Readonly<Record<PeerID, number>>];
    const sent = Object.fromEntries(
      (Object.keys(needs) as PeerID[]).map((each) => [
        each,
        newest.get(each) ?? links.peer(each).taken,
      ]),
    );
    return runner.inputSoon((host) => host.arrive(peer, text, sent));
  };

  /** @returns whether any was taken */
  const bringLink = async (peer: PeerID, queue: PeerMessage[]): Promise<boolean> => {
    let moved = false;
    for (let [first] = queue; first !== undefined && !isOver; [first] = queue) {
      try {
        if ((await take(first)) === 'waits') return moved;
      } catch (error) {
        if (!hasCode(error, 'LINK_CORRUPT')) throw error;
        log('error', `the link from ${peer} is stopped: ${messageOf(error)}`);
        stopped.add(peer);
        queue.length = 0;
        return moved;
      }
      queue.shift();
      moved = true;
    }
    return moved;
  };

  const readMore = async (): Promise<void> => {
    const after = new Map<PeerID, number>(links.peers().map((p) => [p, links.peer(p).taken]));
    // Of these nothing more is wanted at the moment.
    const full = [...pending].filter(([, queue]) => queue.length > 0).map(([peer]) => peer);
    for (const peer of [...full, ...stopped]) after.set(peer, Number.MAX_SAFE_INTEGER);
    for (const message of await source.read(after)) {
      const queue = pending.get(message.peer);
      if (queue === undefined) pending.set(message.peer, [message]);
      else queue.push(message);
    }
  };

  const bring = async (): Promise<void> => {
    await readMore();
    // A message may wait for those of other links.
    for (let moved = true; moved && !isOver;) {
      moved = false;
      for (const [peer, queue] of pending) moved = (await bringLink(peer, queue)) || moved;
    }
  };

  const hasUntaken = (peer: PeerID): boolean => links.sent(peer).next().done !== true;

  const tellTaken = async (taken: ReadonlyMap<PeerID, number>): Promise<void> => {
    for (const [peer, upTo] of taken) {
      const [first] = links.sent(peer);
      if (first === undefined || first[0] > upTo) continue;
      await runner.inputSoon((host) => host.peerTook(peer, upTo));
    }
  };

  /** What a lost peer has sent is taken before the peer is lost for the kernel. */
  const lose = async (peer: PeerID): Promise<void> => {
    await bring();
    if (isOver || (pending.get(peer)?.length ?? 0) > 0) return;
    const [shard] = peer.split('~');
    await runner.inputSoon((host) => host.peerLost(peer, `shard ${shard} was lost`));
    await runner.flush();
    await source.forget(peer);
    log('warn', `the kernel ${peer} is lost: references to its objects are broken`);
  };

  const lookAtPeers = async (): Promise<void> => {
    const known = links.peers().filter((peer) => !links.isLost(peer));
    const since = performance.now() - lookedAtPeers;
    if (since < (known.some(hasUntaken) ? POLL : LOOK_AT_PEERS)) return;
    lookedAtPeers = performance.now();
    const { peers, taken } = await source.state();
    await tellTaken(taken);
    for (const peer of known) if (!isOver && !peers.includes(peer)) await lose(peer);
  };

  const carry = async (): Promise<void> => {
    while (!isOver) {
      try {
        await bring();
        await lookAtPeers();
      } catch (error) {
        if (isOver || codeOf(error) === 'CLOSED') return;
        log('warn', `messages of other kernels are not brought: ${messageOf(error)}`);
        await pause(LOOK_AT_PEERS);
      }
      await pause(POLL);
    }
  };
  const carrying = carry();

  return {
    stop: async () => {
      isOver = true;
      wake();
      await carrying;
    },
  };
};
