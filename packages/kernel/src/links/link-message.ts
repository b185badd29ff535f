/**
 * What kernels that are linked say to one another, and its form: one JSON array `[n, needs, op, …]`. The protocol is in
 * docs/links.md.
 */
import type { ErrorCode, PeerID } from '@cooperage/types';

/** The name of a promise on one link: the peer that gave the name, and a number. */
export type PromiseName = `${PeerID}#${number}`;

/** How often each peer has given an object to one holder. A giver that lies spoils no count but its own. */
export type Counts = Readonly<Record<PeerID, number>>;

/** A reference on a link. */
export type Slot =
  | {
      readonly type: 'object';
      readonly home: PeerID;
      readonly id: number;
      /** It is handed off: the grant is message `n` of `peer` to the home. */
      readonly via?: { readonly peer: PeerID; readonly n: number };
    }
  | {
      readonly type: 'promise';
      readonly name: PromiseName;
      /** So many kernels have passed it on. */
      readonly hops: number;
    };

export type LinkTarget =
  | { readonly type: 'object'; readonly home: PeerID; readonly id: number }
  | { readonly type: 'promise'; readonly name: PromiseName };

/** Which kernel, or which vat of it, rejected a promise. */
export interface AllegedBy {
  readonly code?: ErrorCode;
  readonly name?: string;
  readonly reasonCode?: ErrorCode;
}

export interface Settlement {
  readonly name: PromiseName;
  readonly isReject: boolean;
  readonly body: string;
  readonly slots: readonly Slot[];
  readonly by: AllegedBy | null;
}

/** What a holder gives back: an object of the receiver, how often it was received, and whether it is still compared. */
export type GivenBack = readonly [id: number, counts: Counts, keeps: boolean];

export type LinkOp =
  | {
      readonly op: 'send';
      readonly target: LinkTarget;
      readonly body: string;
      readonly slots: readonly Slot[];
      readonly result: PromiseName | null;
      readonly hops: number;
    }
  | { readonly op: 'resolve'; readonly settled: readonly Settlement[] }
  | { readonly op: 'retire' | 'echo'; readonly name: PromiseName }
  | {
      readonly op: 'echoed';
      readonly name: PromiseName;
      readonly at: PeerID | null;
      readonly upTo: number;
    }
  | { readonly op: 'grant'; readonly id: number; readonly peer: PeerID }
  | { readonly op: 'gc'; readonly objects: readonly GivenBack[] }
  | { readonly op: 'gone'; readonly ids: readonly number[] }
  | { readonly op: 'find'; readonly name: string; readonly result: PromiseName };

export type OpOf<Name extends LinkOp['op']> = Extract<LinkOp, { op: Name }>;

export interface LinkMessage {
  readonly n: number;
  /** It is taken after these messages of other links to the same receiver. */
  readonly needs: Counts;
  readonly op: LinkOp;
}

/** So many kernels pass on a message, or a promise. */
export const MOST_HOPS = 32;

/** No number of a message or of an object is larger: below 36 to the 9th power, which is what keys have room for. */
export const MOST_NUMBER = 99_999_999_999_999;

export const formatSlot = (slot: Slot): string => {
  if (slot.type === 'promise') return `p.${slot.name}.${slot.hops}`;
  const { home, id, via } = slot;
  return `o.${home}.${id}${via === undefined ? '' : `@${via.peer}.${via.n}`}`;
};

const formatTarget = (target: LinkTarget): string =>
  target.type === 'promise' ? `p.${target.name}` : `o.${target.home}.${target.id}`;

const formatSettlement = ({ name, isReject, body, slots, by }: Settlement): unknown[] => [
  ...[name, isReject, body, slots.map(formatSlot)],
  ...(by === null ? [] : [by]),
];

const formatOp = (op: LinkOp): unknown[] => {
  switch (op.op) {
    case 'send':
      return [formatTarget(op.target), op.body, op.slots.map(formatSlot), op.result, op.hops];
    case 'resolve':
      return [op.settled.map(formatSettlement)];
    case 'retire':
    case 'echo':
      return [op.name];
    case 'echoed':
      return [op.name, op.at, op.upTo];
    case 'grant':
      return [op.id, op.peer];
    case 'gc':
      return [op.objects];
    case 'gone':
      return [op.ids];
    case 'find':
      return [op.name, op.result];
  }
};

export const formatLinkMessage = ({ n, needs, op }: LinkMessage): string =>
  JSON.stringify([n, Object.keys(needs).length === 0 ? 0 : needs, op.op, ...formatOp(op)]);
