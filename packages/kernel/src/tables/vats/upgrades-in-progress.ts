import {
  byNumber,
  type DeliveryNumber,
  type IssueNumber,
  type KRef,
  type VatID,
  type VRef,
} from '@cooperage/types';
import type { CellCache } from '../cells.js';
import type { CListEntry } from '../references/c-lists.js';
import type { Halt } from './halt.js';
import type { Unreaped } from './reap-counters.js';
import type { UpgradeRequest } from '../deliveries/inboxes.js';
import { keys } from '../schema.js';

/** What a c-list entry was before a delivery named it that may have to be taken back; null for none. */
export type Undo = readonly [vref: VRef, kref: KRef, before: CListEntry | null];

/**
 * A piece of work that takes several deliveries and has the vat to itself until it is over: its window was empty
 * when it began, and nothing else is handed out.
 */
export interface UpgradeInProgress {
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
  /** What was delivered since the vat last brought out its dead, when `bringOutYourDead` was handed out. */
  readonly unreaped?: Unreaped;
  /** There where the old incarnation is halted, so that its heap takes no part. */
  readonly withoutHeap?: WithoutHeap;
}

/** What an upgrade without the old heap puts aside until it is over. */
export interface WithoutHeap {
  /** The newest record of the old incarnation that is retired; what was handed out after it is parked. */
  readonly acked: number;
  readonly halt: Halt;
  /** What the old incarnation cannot collect any more. */
  readonly unreaped: Unreaped;
}

export interface UpgradesInProgress {
  find(vatID: VatID): UpgradeInProgress | undefined;
  put(vatID: VatID, upgrade: UpgradeInProgress): void;
  delete(vatID: VatID): void;
  /** The vat is halted, and an upgrade may wait for it: that begins before the crank is over. */
  noteHalted(vatID: VatID): void;
  /** Those that were noted since the last call, oldest first. */
  takeHalted(): VatID[];
}

export const makeUpgradesInProgress = (cache: CellCache): UpgradesInProgress => {
  const cells = cache.make({
    parse: (text) => JSON.parse(text) as UpgradeInProgress,
    format: JSON.stringify,
  });
  const halted = new Set<VatID>();
  return {
    find: (vatID) => cells.get(keys.upgrade(vatID)),
    put: (vatID, upgrade) => cells.set(keys.upgrade(vatID), upgrade),
    delete: (vatID) => cells.delete(keys.upgrade(vatID)),
    noteHalted: (vatID) => {
      halted.add(vatID);
    },
    takeHalted: () => {
      const taken = [...halted].sort(byNumber);
      halted.clear();
      return taken;
    },
  };
};
