import { DEFAULTS, type VatID } from '@cooperage/types';
import type { CellCache } from '../cells.js';
import type { Inboxes } from './inboxes.js';
import { keys } from '../schema.js';
import type { Vats } from '../vats/vats.js';

/** A sender that waits for an inbox, and the next one in the list of that inbox. */
interface WaitRow {
  readonly receiver: VatID;
  readonly next: VatID | undefined;
}

/**
 * Slowed vats: they get no deliveries until the inbox of a receiver is shorter, because they fill it faster than it
 * empties. A vat waits for one inbox at a time. A wait that would close a cycle is not begun, so there is always a
 * receiver that does not wait and whose inbox is not empty: back-pressure never stops the kernel. It depends only on
 * the rows, so a deterministic order stays deterministic.
 */
export interface BackPressure {
  isSlowed(vatID: VatID): boolean;
  /** Whether the vat's inbox is longer than its option `inboxLimit`. */
  isCrowded(vatID: VatID): boolean;
  /** Whether the vat's inbox is below half of its limit, so that its senders need not wait. */
  hasRoom(vatID: VatID): boolean;
  /** The sender appended to the inbox of the receiver. */
  sent(sender: VatID, receiver: VatID): void;
  /** The vat's inbox became shorter. */
  shortened(vatID: VatID): void;
  /** Ends all waits of and for a vat that terminates. Call it before its rows are deleted. */
  forget(vatID: VatID): void;
  /** The receiver for which a vat waits. */
  receiver(vatID: VatID): VatID | undefined;
  /** Who waits for the vat. */
  senders(vatID: VatID): VatID[];
}

export const makeBackPressure = (cache: CellCache, inboxes: Inboxes, vats: Vats): BackPressure => {
  const waits = cache.make({
    parse: (text): WaitRow => {
      const [receiver, next] = text.split(' ');
      return { receiver: receiver as VatID, next: next === '-' ? undefined : (next as VatID) };
    },
    format: ({ receiver, next }) => `${receiver} ${next ?? '-'}`,
  });
  /** The first of the waiting senders. */
  const heads = cache.make({ parse: (text) => text as VatID, format: String });
  const receiverOf = (vatID: VatID): VatID | undefined => waits.get(keys.waits(vatID))?.receiver;
  const limitOf = (vatID: VatID): number => vats.options(vatID).inboxLimit ?? DEFAULTS.inboxLimit;

  /** Waits are few and short-lived, so chains of them are short. */
  const leadsTo = (from: VatID, to: VatID): boolean => {
    for (let at: VatID | undefined = from; at !== undefined; at = receiverOf(at)) {
      if (at === to) return true;
    }
    return false;
  };

  const senders = (vatID: VatID): VatID[] => {
    const found: VatID[] = [];
    let at = heads.get(keys.slows(vatID));
    while (at !== undefined) {
      found.push(at);
      at = waits.get(keys.waits(at))?.next;
    }
    return found;
  };

  const isCrowded = (vatID: VatID): boolean => {
    const limit = limitOf(vatID);
    return limit > 0 && inboxes.length(vatID) > limit;
  };

  const hasRoom = (vatID: VatID): boolean => {
    const limit = limitOf(vatID);
    return limit === 0 || inboxes.length(vatID) < limit / 2;
  };

  const release = (receiver: VatID): void => {
    for (const sender of senders(receiver)) {
      waits.delete(keys.waits(sender));
      inboxes.touch(sender);
    }
    heads.delete(keys.slows(receiver));
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
      waits.set(keys.waits(sender), { receiver, next: heads.get(keys.slows(receiver)) });
      heads.set(keys.slows(receiver), sender);
    },
    shortened: (vatID) => {
      if (heads.get(keys.slows(vatID)) !== undefined && hasRoom(vatID)) release(vatID);
    },
    forget: (vatID) => {
      release(vatID);
      const own = waits.get(keys.waits(vatID));
      if (own === undefined) return;
      waits.delete(keys.waits(vatID));
      const head = heads.get(keys.slows(own.receiver));
      if (head === vatID) {
        if (own.next === undefined) heads.delete(keys.slows(own.receiver));
        else heads.set(keys.slows(own.receiver), own.next);
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
