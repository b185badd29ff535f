import { DEFAULTS, isVatID, type PeerID, type VatID } from '@cooperage/types';
import type { CellCache } from '../cells.js';
import type { Inboxes } from './inboxes.js';
import { keys } from '../schema.js';
import type { LinkRows } from '../links/link-rows.js';
import type { Vats } from '../vats/vats.js';

/** A vat that others wait for, because its inbox is too long; or a peer, because the link to it is. */
export type Receiver = VatID | PeerID;

/** A sender that waits for a receiver, and the next one in the list of that receiver. */
interface WaitRow {
  readonly receiver: Receiver;
  readonly next: VatID | undefined;
}

/**
 * Slowed vats: they get no deliveries until the inbox of a receiver is shorter, because they fill it faster than it
 * empties. A vat waits for one inbox at a time. A wait that would close a cycle is not begun, so there is always a
 * receiver that does not wait and whose inbox is not empty: back-pressure never stops the kernel. It depends only on
 * the rows, so a deterministic order stays deterministic.
 *
 * A vat waits for a peer in the same way, while too many messages are on their way to it. A peer takes messages whatever
 * waits there, so that no wait closes a cycle through several kernels.
 */
export interface BackPressure {
  isSlowed(vatID: VatID): boolean;
  /** Whether the vat's inbox is longer than its option `inboxLimit`, or the link to the peer longer than its limit. */
  isCrowded(receiver: Receiver): boolean;
  /** Whether it is below half of its limit, so that its senders need not wait. */
  hasRoom(receiver: Receiver): boolean;
  /** The sender appended to the inbox of the receiver, or to the link to it. */
  sent(sender: VatID, receiver: Receiver): void;
  /** The inbox of the vat, or the link to the peer, became shorter. */
  shortened(receiver: Receiver): void;
  /** Ends all waits of and for a vat that terminates. Call it before its rows are deleted. */
  forget(vatID: VatID): void;
  /** The receiver for which a vat waits. */
  receiver(vatID: VatID): Receiver | undefined;
  /** The vats that wait for it. */
  senders(receiver: Receiver): VatID[];
}

export interface BackPressurePowers {
  readonly cache: CellCache;
  readonly inboxes: Inboxes;
  readonly vats: Vats;
  readonly links: LinkRows;
  /** Messages on their way to a peer beyond which senders wait. */
  readonly linkLimit?: number | undefined;
}

export const makeBackPressure = ({
  cache,
  inboxes,
  vats,
  links,
  linkLimit = DEFAULTS.linkLimit,
}: BackPressurePowers): BackPressure => {
  const waits = cache.make({
    parse: (text): WaitRow => {
      const [receiver, next] = text.split(' ');
      return { receiver: receiver as Receiver, next: next === '-' ? undefined : (next as VatID) };
    },
    format: ({ receiver, next }) => `${receiver} ${next ?? '-'}`,
  });
  /** The first of the waiting senders. */
  const heads = cache.make({ parse: (text) => text as VatID, format: String });
  const receiverOf = (vatID: VatID): Receiver | undefined => waits.get(keys.waits(vatID))?.receiver;
  const limitOf = (receiver: Receiver): number =>
    isVatID(receiver) ? (vats.options(receiver).inboxLimit ?? DEFAULTS.inboxLimit) : linkLimit;
  const lengthOf = (receiver: Receiver): number =>
    isVatID(receiver) ? inboxes.length(receiver) : links.length(receiver);
  const headOf = (receiver: Receiver): string =>
    isVatID(receiver) ? keys.slows(receiver) : keys.linkSlows(receiver);

  /** Waits are few and short-lived, so chains of them are short. */
  const leadsTo = (from: Receiver, to: VatID): boolean => {
    for (
      let at: Receiver | undefined = from;
      at !== undefined && isVatID(at);
      at = receiverOf(at)
    ) {
      if (at === to) return true;
    }
    return false;
  };

  const senders = (receiver: Receiver): VatID[] => {
    const found: VatID[] = [];
    let at = heads.get(headOf(receiver));
    while (at !== undefined) {
      found.push(at);
      at = waits.get(keys.waits(at))?.next;
    }
    return found;
  };

  const isCrowded = (receiver: Receiver): boolean => {
    const limit = limitOf(receiver);
    return limit > 0 && lengthOf(receiver) > limit;
  };

  const hasRoom = (receiver: Receiver): boolean => {
    const limit = limitOf(receiver);
    return limit === 0 || lengthOf(receiver) < limit / 2;
  };

  const release = (receiver: Receiver): void => {
    for (const sender of senders(receiver)) {
      waits.delete(keys.waits(sender));
      inboxes.touch(sender);
    }
    heads.delete(headOf(receiver));
  };

  return {
    isSlowed: (vatID) => receiverOf(vatID) !== undefined,
    isCrowded,
    hasRoom,
    receiver: receiverOf,
    senders,
    sent: (sender, receiver) => {
      if (receiverOf(sender) !== undefined || !isCrowded(receiver)) return;
      if (leadsTo(receiver, sender)) return;
      waits.set(keys.waits(sender), { receiver, next: heads.get(headOf(receiver)) });
      heads.set(headOf(receiver), sender);
    },
    shortened: (receiver) => {
      if (heads.get(headOf(receiver)) !== undefined && hasRoom(receiver)) release(receiver);
    },
    forget: (vatID) => {
      release(vatID);
      const own = waits.get(keys.waits(vatID));
      if (own === undefined) return;
      waits.delete(keys.waits(vatID));
      const head = heads.get(headOf(own.receiver));
      if (head === vatID) {
        if (own.next === undefined) heads.delete(headOf(own.receiver));
        else heads.set(headOf(own.receiver), own.next);
        return;
      }
      for (let at = head; at !== undefined;) {
        const row = waits.get(keys.waits(at)) as WaitRow;
        if (row.next === vatID) waits.set(keys.waits(at), { ...row, next: own.next });
        at = row.next === vatID ? undefined : row.next;
      }
    },
  };
};
