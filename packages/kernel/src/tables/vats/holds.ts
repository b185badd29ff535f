import type { DeliveryNumber, IssueNumber, KRef, VatID, VRef } from '@cooperage/types';
import type { CellCache } from '../cells.js';
import type { CListEntry } from '../references/c-lists.js';
import type { UpgradeRequest } from '../deliveries/inboxes.js';
import { keys } from '../schema.js';

/** What a c-list entry was before a delivery named it that may have to be taken back; null for none. */
export type Undo = readonly [vref: VRef, kref: KRef, before: CListEntry | null];

/**
 * A piece of work that takes several deliveries and has the vat to itself until it is over: its window was empty
 * when it began, and nothing else is handed out.
 */
export interface Hold {
  /** Stays open until the work is over: in issue order nothing is retired before. */
  readonly issue: IssueNumber;
  readonly request: UpgradeRequest;
  /** What is out now. */
  readonly step: 'bringOutYourDead' | 'stopVat' | 'startVat';
  /** The last delivery of the old incarnation that counts whatever becomes of the upgrade. */
  readonly last: DeliveryNumber;
  /** The record of `stopVat`, which is applied together with that of `startVat`, or not at all. */
  readonly stopped?: string;
  readonly undo: readonly Undo[];
}

export interface Holds {
  find(vatID: VatID): Hold | undefined;
  put(vatID: VatID, hold: Hold): void;
  delete(vatID: VatID): void;
}

export const makeHolds = (cache: CellCache): Holds => {
  const cells = cache.make((text) => JSON.parse(text) as Hold, JSON.stringify);
  return {
    find: (vatID) => cells.get(keys.hold(vatID)),
    put: (vatID, hold) => cells.set(keys.hold(vatID), hold),
    delete: (vatID) => cells.delete(keys.hold(vatID)),
  };
};
