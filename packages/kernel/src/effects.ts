import type { DeliveryNumber, ErrorCode, KObject, VatID } from '@cooperage/types';
import type { PauseReasons } from './tables/vats/pause-reasons.js';
import type { Unreaped } from './tables/vats/reap-counters.js';
import type { Suspension } from './tables/vats/suspensions.js';

/** Why an upgrade did not replay the old heap, and how much garbage was therefore not collected. */
export interface UpgradedWithoutHeap {
  readonly pause: PauseReasons;
  /**
   * Deliveries and references since the old incarnation last brought out its dead: garbage of that time was not
   * collected.
   */
  readonly uncollected: Unreaped;
}

/** What the vat manager must do after an accepted crank. */
export type Effect =
  /** Send this text to the vat's worker. */
  | {
      readonly type: 'deliver';
      readonly vatID: VatID;
      readonly n: DeliveryNumber;
      readonly text: string;
    }
  /** The vat is terminated: stop its worker, and ignore what the worker still sends. */
  | {
      readonly type: 'vat-ended';
      readonly vatID: VatID;
      readonly name: string;
      readonly reason: string;
      readonly code?: ErrorCode;
      readonly isFailure: boolean;
    }
  /** No vat can send to this object of the host any more. The tables say whether a vat can still recognize it. */
  | { readonly type: 'host-object-dropped'; readonly object: KObject }
  /** The heap of the vat's worker is stale: the next delivery needs a new worker. */
  | { readonly type: 'worker-stale'; readonly vatID: VatID }
  | {
      readonly type: 'vat-upgraded';
      readonly vatID: VatID;
      readonly name: string;
      readonly incarnation: number;
      /** Present if the old incarnation was paused, so that its heap took no part. */
      readonly withoutHeap?: UpgradedWithoutHeap;
      /** The reason, if the upgrade was rolled back. */
      readonly error?: string;
    }
  /** The vat began as a copy of another one, which continues. */
  | { readonly type: 'vat-forked'; readonly vatID: VatID; readonly parent: VatID }
  /** The window is empty: evict the vat until its next delivery. */
  | { readonly type: 'rest'; readonly vatID: VatID }
  /** The vat's crank was undone, and the vat is suspended. */
  | {
      readonly type: 'vat-suspended';
      readonly vatID: VatID;
      readonly name: string;
      readonly suspension: Suspension;
    }
  /** The pause of the vat has ended: its window may go to a worker again. */
  | { readonly type: 'vat-released'; readonly vatID: VatID }
  /** A message or request whose sender waits for the answer has reached a paused vat. */
  | { readonly type: 'delivery-waits'; readonly vatID: VatID }
  /** The vat has started (its creator is told in the same crank). */
  | { readonly type: 'vat-ready'; readonly vatID: VatID; readonly name: string }
  /** Release this output once the crank is durable. */
  | { readonly type: 'output'; readonly number: number };

/** Collects effects during a crank. */
export interface Effects {
  add(effect: Effect): void;
  /** The effects since the last call, in order. */
  take(): Effect[];
}

export const makeEffects = (): Effects => {
  let collected: Effect[] = [];
  return {
    add: (effect) => {
      collected.push(effect);
    },
    take: () => {
      const taken = collected;
      collected = [];
      return taken;
    },
  };
};
