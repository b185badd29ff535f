/** Links with other kernels, as far as the rest of the kernel and its host have to do with them. */
import {
  CooperageError,
  insistPeerID,
  type KObject,
  type KPromise,
  type KRef,
  type Pace,
  type PeerID,
} from '@cooperage/types';
import type { Messages } from '../messages/messages.js';
import type { KernelTables } from '../tables/kernel-tables.js';
import { makeArriving } from './arriving.js';
import { makeDeparting } from './departing.js';
import type { Departing } from './departing-contract.js';
import { type FarGarbage, makeFarGarbage } from './far-garbage.js';
import { makeLending } from './lending.js';
import type { Counts } from './link-message.js';
import { makeOutbox } from './outbox.js';
import { corrupt, parseLinkMessage } from './parse-link-message.js';
import { makeLosePeer } from './peer-lost.js';
import { makeTake } from './take.js';

/**
 * What became of a message of a peer: it was `taken`; it was `known`, because it had been taken before; or it `waits` for
 * messages of other links, and is to be brought again.
 */
export type Arrival = 'taken' | 'known' | 'waits';

/** What the host does about kernels that this one is linked with. */
export interface LinkHost {
  /**
   * Gives this kernel its name for its peers. It may be given another one as long as it has had no peer.
   * @throws {CooperageError} `BAD_ARGUMENT` if peers know it under another name
   */
  join(self: PeerID): void;
  /**
   * A message of a peer has come.
   * @param sent how many messages to this kernel other peers have made durable, read after the message: it does not wait for
   *   one that does not exist, because a peer lied about it. Leave out peers of which that is not known, or that are declared
   *   lost
   * @throws {CooperageError} `LINK_CORRUPT`: nothing has happened. Stop the link, and report it
   */
  arrive(from: PeerID, text: string, sent?: Counts): Arrival;
  /** The peer has durably taken the messages up to this number: they are deleted, and vats that wait for room go on. */
  peerTook(peer: PeerID, upTo: number): void;
  /** The peer is lost for good, and all that it had sent is taken. */
  peerLost(peer: PeerID, reason: string): void;
  /** Peers may find an object under this name; without an object, nothing any more. */
  offer(name: string, object?: KObject): void;
  /** Asks a peer for the object that it offers under a name. The host gets the resolution of the promise. */
  find(peer: PeerID, name: string): KPromise;
}

export interface Links {
  readonly departing: Departing;
  readonly garbage: FarGarbage;
  /** @param subscribe makes the host a subscriber of a promise */
  host(subscribe: (kp: KPromise) => void): LinkHost;
}

const badArgument = (message: string): never => {
  throw new CooperageError('BAD_ARGUMENT', message);
};

export const makeLinks = (tables: KernelTables, messages: () => Messages, pace: Pace): Links => {
  const { backPressure, hostNames, links, promises, references } = tables;
  const outbox = makeOutbox(tables);
  const lending = makeLending(tables);
  const departing = makeDeparting({ tables, messages, outbox, lending, pace });
  const arriving = makeArriving({ tables, outbox, lending, departing });
  const take = makeTake({ tables, messages, outbox, lending, arriving });
  const losePeer = makeLosePeer(tables, messages, { outbox, lending, take });
  const garbage = makeFarGarbage(tables, outbox, lending);

  const insistPeer = (peer: PeerID): PeerID => {
    const self = links.self() ?? badArgument('this kernel has no name for its peers: call `join`');
    if (insistPeerID(peer) === self) badArgument(`${peer} is this kernel itself`);
    return peer;
  };

  const arrive = (from: PeerID, text: string, sent: Counts = {}): Arrival => {
    insistPeer(from);
    const { n, needs, op } = parseLinkMessage(text);
    const row = links.peer(from);
    if (row.lost !== undefined || n <= row.taken) return 'known';
    if (n !== row.taken + 1) corrupt(`message ${n} of ${from} follows number ${row.taken}`);
    for (const [peer, least] of Object.entries(needs) as [PeerID, number][]) {
      if (peer === from || peer === links.self())
        corrupt(`${from} makes its link wait for ${peer}`);
      const other = links.peer(peer);
      const isThere = least <= (sent[peer] ?? Infinity);
      if (other.lost === undefined && other.taken < least && isThere) return 'waits';
    }
    links.putPeer(from, { ...row, taken: n });
    take.take(from, op);
    return 'taken';
  };

  const offer = (name: string, object: KObject | undefined): void => {
    const before = hostNames.find('offered', name) as KRef | undefined;
    if (object === undefined) hostNames.delete('offered', name);
    else {
      references.retain(object);
      hostNames.set('offered', name, object);
    }
    if (before !== undefined) references.release(before);
  };

  return {
    departing,
    garbage,
    host: (subscribe) => ({
      arrive,
      offer,
      join: (self) => {
        const before = links.self();
        const peers = links.peers();
        if (before !== undefined && before !== self && peers.length > 0) {
          badArgument(
            `this kernel cannot be named ${self}: ${peers.join(', ')} hold references under its former name ${before}`,
          );
        }
        links.setSelf(insistPeerID(self));
      },
      peerTook: (peer, upTo) => {
        insistPeer(peer);
        const { sent } = links.peer(peer);
        if (upTo > sent) badArgument(`${peer} took ${upTo} messages of ${sent}`);
        for (const [n] of [...links.sent(peer)]) {
          if (n > upTo) break;
          links.deleteSent(peer, n);
        }
        const row = links.peer(peer);
        if (upTo <= (row.conveyed ?? 0)) return;
        links.putPeer(peer, { ...row, conveyed: upTo });
        backPressure.shortened(peer);
      },
      peerLost: (peer, reason) => {
        insistPeer(peer);
        if (!links.isLost(peer)) losePeer(peer, reason);
      },
      find: (peer, name) => {
        insistPeer(peer);
        if (links.isLost(peer)) throw new CooperageError('PEER_LOST', `${peer} is lost`);
        const kp = promises.add(peer);
        const result = outbox.newName();
        departing.decidedBy(peer, result, kp);
        subscribe(kp);
        outbox.post(peer, { op: 'find', name, result });
        return kp;
      },
    }),
  };
};
