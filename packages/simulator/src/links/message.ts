/** What shards say to one another: `[n, needs, op, …]` as data. */

/** A life of a shard, such as `s3~1`: after a loss it is another one. */
export type PeerID = string;

/** An object `o.HOME.ID` has one name in the cluster; a promise `p.ID` is a row of one shard. */
export type ObjectRef = `o.${PeerID}.${number}`;
export type PromiseRef = `p.${number}`;
export type Ref = ObjectRef | PromiseRef;

export const isObject = (ref: Ref): ref is ObjectRef => ref.startsWith('o');
export const homeOf = (ref: ObjectRef): PeerID => ref.split('.')[1] ?? '';

/** Beside a reference the model carries the messages that were sent on it before it was passed. They come first. */
export type Must = readonly string[];

export const union = (a: Must, b: Must): Must =>
  b.every((each) => a.includes(each)) ? a : [...new Set([...a, ...b])];

/** A reference on a link. */
export type Slot =
  | {
      readonly object: ObjectRef;
      /** Handed off: the grant is message `n` of `peer` to the home. */
      readonly via?: { readonly peer: PeerID; readonly n: number };
      readonly must: Must;
    }
  | {
      readonly promise: string;
      /** So many shards have passed it on. */
      readonly hops: number;
      /** Later than what it may wait for: by this vats avoid rings. It is no part of the protocol. */
      readonly birth: number;
      readonly must: Must;
    };

export interface SlotData {
  readonly isReject: boolean;
  /** The data is this one reference, so that messages may follow it. */
  readonly leads: boolean;
  readonly slots: readonly Slot[];
}

export interface Settled {
  readonly name: string;
  readonly data: SlotData;
}

/** By its number in the life of its sender's shard: for the observer. */
export type MessageID = string;

export type Op =
  | {
      readonly op: 'send';
      readonly target: { readonly object: ObjectRef } | { readonly promise: string };
      readonly id: MessageID;
      readonly must: Must;
      readonly slots: readonly Slot[];
      /** Which of the slots were promises for their sender: for the observer. */
      readonly kinds: string;
      readonly result: string | null;
      readonly birth: number;
      readonly freed: Freed | undefined;
      readonly hops: number;
    }
  | { readonly op: 'resolve'; readonly settled: readonly Settled[] }
  | { readonly op: 'retire'; readonly name: string }
  | { readonly op: 'echo'; readonly name: string }
  | {
      readonly op: 'echoed';
      readonly name: string;
      readonly at: PeerID | null;
      readonly upTo: number;
    }
  | { readonly op: 'grant'; readonly object: ObjectRef; readonly peer: PeerID }
  | {
      readonly op: 'gc';
      readonly objects: readonly (readonly [
        object: ObjectRef,
        /** By those who had given it. */
        deltas: Readonly<Record<PeerID, number>>,
        keeps: boolean,
      ])[];
    }
  | { readonly op: 'gone'; readonly objects: readonly ObjectRef[] }
  | { readonly op: 'create'; readonly result: string };

export interface LinkMessage {
  readonly n: number;
  readonly needs: Readonly<Record<PeerID, number>>;
  readonly op: Op;
}

/** Messages that one settlement set free, and in which order they had come to wait: for the observer. */
export interface Freed {
  readonly by: string;
  readonly stamp: number;
}

/** More than any number of a link: all that the peer has sent in its life. */
export const ALL = Number.MAX_SAFE_INTEGER;
