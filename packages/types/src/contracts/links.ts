/** The port of links: how messages between kernels get from the store of one to the kernel of another. */
import type { PeerID } from '../refs.js';

/** A message on a link. */
export interface PeerMessage {
  readonly peer: PeerID;
  /** 1, 2, 3, … on each link. */
  readonly n: number;
  readonly text: string;
}

/** What one commit group does to the links of a kernel. */
export interface GroupLinks {
  /** Messages to peers, in order for each of them. */
  readonly sent: readonly PeerMessage[];
  /** Up to which number the messages of peers are taken. A number may be said again. */
  readonly taken: readonly { readonly peer: PeerID; readonly upTo: number }[];
}

/**
 * Finds in the rows of a commit group what it does to links. A kernel keeps its messages as rows; with this function a store
 * knows nothing of its keys.
 */
export type ReadGroupLinks = (writes: ReadonlyMap<string, string | null>) => GroupLinks;

/** What a kernel knows of its peers. */
export interface PeerState {
  /** The present incarnations of all other kernels. An earlier one is lost: it commits nothing more. */
  readonly peers: readonly PeerID[];
  /** How many messages of this kernel these have durably taken. Those that have taken none are left out. */
  readonly taken: ReadonlyMap<PeerID, number>;
}

/**
 * The links of a kernel with its peers.
 *
 * * A message is there for its receiver when the commit of its group resolves, and at no time otherwise.
 * * It is deleted with the commit of the group that has taken it. Until then each process of the receiver reads it again.
 *
 * `linkCompliance` of `@cooperage/compliance` tests this.
 */
export interface LinkSource {
  /** The name of this kernel for its peers. */
  readonly self: PeerID;
  /**
   * Messages of peers that are not durably taken, in the order of each link, without gaps: those after the given numbers, or
   * all. Of each link at least the first, if there is one.
   */
  read(after: ReadonlyMap<PeerID, number>): Promise<readonly PeerMessage[]>;
  /** Of each link on which messages are not durably taken: the number of the newest message. */
  newest(): Promise<ReadonlyMap<PeerID, number>>;
  state(): Promise<PeerState>;
  /** Calls back when messages may have come. Nothing depends on it: poll as well. */
  onWake(listener: () => void): void;
  /** Deletes what was sent to a peer that is lost, and what is known of it. */
  forget(peer: PeerID): Promise<void>;
}
