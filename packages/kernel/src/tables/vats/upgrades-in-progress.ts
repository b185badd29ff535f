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
import type { PauseReasons } from './pause-reasons.js';
import type { Unreaped } from './reap-counters.js';
import type { UpgradeRequest } from '../deliveries/inboxes.js';
import { keys } from '../schema.js';

/** The state of a c-list entry before a delivery of the upgrade named it, for a roll-back; null for none. */
export type Undo = readonly [vref: VRef, kref: KRef, before: CListEntry | null];

/**
 * An upgrade in progress. It takes several deliveries and has the vat to itself: its window was empty when it began,
 * and nothing else is handed out.
 */
export interface UpgradeInProgress {
  /** Stays open until the upgrade is over: in `issue` order nothing is retired before. */
  readonly issue: IssueNumber;
  readonly request: UpgradeRequest;
  /** The delivery in the window. */
  readonly step: 'bringOutYourDead' | 'stopVat' | 'startVat';
  /** The last delivery of the old incarnation that counts even if the upgrade is rolled back. */
  readonly last: DeliveryNumber;
  /** The record of `stopVat`, which is applied together with that of `startVat`, or not at all. */
  readonly stopped?: string;
  readonly undo: readonly Undo[];
  /** Deliveries since the last reap, when `bringOutYourDead` was handed out. */
  readonly unreaped?: Unreaped;
  /** Present if the old incarnation is paused, so that its heap takes no part. */
  readonly withoutHeap?: WithoutHeap;
}

/** State that an upgrade without the old heap keeps until it is over. */
export interface WithoutHeap {
  /** The newest retired record of the old incarnation; deliveries handed out after it are parked. */
  readonly acked: number;
  readonly pause: PauseReasons;
  /** Garbage that the old incarnation cannot collect any more. */
  readonly unreaped: Unreaped;
}

export interface UpgradesInProgress {
  find(vatID: VatID): UpgradeInProgress | undefined;
  put(vatID: VatID, upgrade: UpgradeInProgress): void;
  delete(vatID: VatID): void;
  /** The vat is paused. An upgrade that waits for it begins before the crank ends. */
  addPaused(vatID: VatID): void;
  /** The vats that were added since the last call, oldest first. */
  takePaused(): VatID[];
}

/** The row has `pause` under its first name, `halt`: stores and histories exist that have it. */
type Row = Omit<UpgradeInProgress, 'withoutHeap'> & {
  readonly withoutHeap?: Omit<WithoutHeap, 'pause'> & { readonly halt: PauseReasons };
};

const parse = (text: string): UpgradeInProgress => {
  const { withoutHeap, ...upgrade } = JSON.parse(text) as Row;
  if (withoutHeap === undefined) return upgrade;
  const { acked, halt, unreaped } = withoutHeap;
  return { ...upgrade, withoutHeap: { acked, pause: halt, unreaped } };
};

const format = ({ withoutHeap, ...upgrade }: UpgradeInProgress): string => {
  if (withoutHeap === undefined) return JSON.stringify(upgrade satisfies Row);
  const { acked, pause, unreaped } = withoutHeap;
  return JSON.stringify({
    ...upgrade,
    withoutHeap: { acked, halt: pause, unreaped },
  } satisfies Row);
};

export const makeUpgradesInProgress = (cache: CellCache): UpgradesInProgress => {
  const cells = cache.make({ parse, format });
  const paused = new Set<VatID>();
  return {
    find: (vatID) => cells.get(keys.upgrade(vatID)),
    put: (vatID, upgrade) => cells.set(keys.upgrade(vatID), upgrade),
    delete: (vatID) => cells.delete(keys.upgrade(vatID)),
    addPaused: (vatID) => {
      paused.add(vatID);
    },
    takePaused: () => {
      const taken = [...paused].sort(byNumber);
      paused.clear();
      return taken;
    },
  };
};
