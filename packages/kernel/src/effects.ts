import type { DeliveryNumber, ErrorCode, KObject, VatID } from '@cooperage/types';
import type { Halt } from './tables/vats/halt.js';
import type { Unreaped } from './tables/vats/reap-counters.js';
import type { Suspension } from './tables/vats/suspensions.js';

/** Why a heap took no part in an upgrade, and what was not done therefore. */
export interface UpgradedWithoutHeap {
  readonly halt: Halt;
  /** What the old incarnation was given since it last brought out its dead: what died in that was not collected. */
  readonly uncollected: Unreaped;
}

/** What the world outside the tables must do about a crank that was accepted. */
export type Effect =
  /** Give this text to the vat's worker. */
  | {
      readonly type: 'deliver';
      readonly vatID: VatID;
      readonly n: DeliveryNumber;
      readonly text: string;
    }
  /** The vat is terminated; forget its worker and what the worker still says. */
  | {
      readonly type: 'vat-ended';
      readonly vatID: VatID;
      readonly name: string;
      readonly reason: string;
      readonly code?: ErrorCode;
      readonly isFailure: boolean;
    }
  /** No vat can send to this object of the host any more. The tables say whether one can still recognize it. */
  | { readonly type: 'host-object-dropped'; readonly object: KObject }
  /** What the vat's worker holds is not what the vat is any more: the next delivery needs another one. */
  | { readonly type: 'worker-stale'; readonly vatID: VatID }
  | {
      readonly type: 'vat-upgraded';
      readonly vatID: VatID;
      readonly name: string;
      readonly incarnation: number;
      /** Where the old incarnation was halted, so that its heap took no part. */
      readonly withoutHeap?: UpgradedWithoutHeap;
      /** Where it went back to the old incarnation: why. */
      readonly error?: string;
    }
  /** The vat began as a copy of another one, which goes on. */
  | { readonly type: 'vat-forked'; readonly vatID: VatID; readonly parent: VatID }
  /** Nothing is out at the vat's worker: keep its heap on disk only, until there is something for it. */
  | { readonly type: 'rest'; readonly vatID: VatID }
  /** The vat's crank was undone; it gets nothing until there is more for it to use. */
  | {
      readonly type: 'vat-suspended';
      readonly vatID: VatID;
      readonly name: string;
      readonly suspension: Suspension;
    }
  /** The vat is not halted any more: what is out may be given to a worker again. */
  | { readonly type: 'vat-released'; readonly vatID: VatID }
  /** Something that is waited for came to wait for a halted vat. */
  | { readonly type: 'delivery-waits'; readonly vatID: VatID }
  /** The vat is there (its creator is told in the same crank). */
  | { readonly type: 'vat-ready'; readonly vatID: VatID; readonly name: string }
  /** Release this output once the crank is durable. */
  | { readonly type: 'output'; readonly number: number };

/** Collects effects during a crank. */
export interface Effects {
  add(effect: Effect): void;
  /** All since the last call, in order. */
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
