/** Tells the kernel how the promises that this vat decides come out. */
import { makeError, X } from '@endo/errors';
import { HandledPromise } from '@endo/eventual-send';
import harden from '@endo/harden';
import type { CapData, LiveSlotsSyscall, VatResolution, VRef } from '@cooperage/types';
import type { CapDataLimits } from '../refs/capdata-limits.js';
import type { Encoder } from '../refs/encoder.js';
import type { Exports } from '../refs/exports.js';
import type { PromiseTable } from './promise-table.js';
import type { ReferenceCounts } from '../gc/reference-counts.js';
import type { SlotTable } from '../refs/slot-table.js';
import { isPromise } from '../refs/vref.js';

export interface Resolver {
  /** This vat decides `vpid`: tells the kernel when `promise` settles. */
  follow(vpid: VRef, promise: Promise<unknown>): void;
  /** This vat decides `vpid`, for which it has no promise: resolves it in the kernel. */
  settle(vpid: VRef, isReject: boolean, value: unknown): void;
  /**
   * After a syscall that named `vrefs`: tells at once how those promises came out that are
   * known to have settled, and follows the others that the kernel did not know.
   */
  announce(vrefs: readonly VRef[]): void;
  /** Follows a promise that the kernel learns of otherwise. False if it knew it already. */
  exportPromise(vpid: VRef): boolean;
  /** Forgets the name of a settled promise, unless data holds it. */
  forget(vpid: VRef): void;
}

/** How a promise came out. */
type Outcome = readonly [isReject: boolean, value: unknown];

/** An error may compute its message when it is first read, and keep it where it cannot once it is hardened (zod). */
const readMessage = (value: unknown): void => {
  try {
    if (value instanceof Error) Reflect.get(value, 'message');
  } catch {
    // The encoder meets the same failure, and rejects with it.
  }
};

/** User code may settle a promise to a proxy that will not be hardened: that is a rejection, too. */
const hardenOutcome = (isReject: boolean, value: unknown): Outcome => {
  readMessage(value);
  try {
    return [isReject, harden(value)];
  } catch {
    return [true, makeError(X`the value of a promise must be possible to harden`)];
  }
};

export interface ResolverPowers {
  readonly syscall: Pick<LiveSlotsSyscall, 'resolve' | 'exit'>;
  readonly slots: SlotTable;
  readonly promises: PromiseTable;
  readonly exports: Exports;
  readonly counts: ReferenceCounts;
  readonly encoder: Encoder;
  readonly limits: CapDataLimits;
}

export const makeResolver = ({
  syscall,
  slots,
  promises,
  exports,
  counts,
  encoder,
  limits,
}: ResolverPowers): Resolver => {
  /** How promises came out that this vat decided. They may be named again, under a new number. */
  const outcomes = new WeakMap<object, Outcome>();

  const encodeOutcome = (
    isReject: boolean,
    value: unknown,
  ): readonly [isReject: boolean, data: CapData<VRef>] => {
    try {
      return [isReject, encoder.encode(value)];
    } catch (error) {
      // What cannot be passed rejects the promise, and tells why.
      try {
        return [true, encoder.encode(error)];
      } catch {
        return [true, encoder.encode(makeError(X`a reason that cannot be passed`))];
      }
    }
  };

  /** Appends the outcome of `vpid`, and those of all settled promises that its data names, to `batch`. */
  const collect = (
    vpid: VRef,
    isReject: boolean,
    value: unknown,
    batch: Map<VRef, VatResolution>,
  ): void => {
    const [rejects, data] = encodeOutcome(isReject, value);
    exports.retain(data.slots);
    batch.set(vpid, [vpid, rejects, data]);
    collectSettled(data.slots, batch);
  };

  const collectSettled = (vrefs: readonly VRef[], batch: Map<VRef, VatResolution>): void => {
    for (const vref of vrefs) {
      if (!isPromise(vref) || batch.has(vref)) continue;
      const outcome = outcomes.get(slots.heldValueOf(vref));
      if (outcome !== undefined) collect(vref, outcome[0], outcome[1], batch);
    }
  };

  const forget = (vpid: VRef): void => {
    const promise = slots.valueOf(vpid);
    if (promise !== undefined && !counts.holdsPromise(promise)) slots.remove(vpid, promise);
  };

  const exportPromise = (vpid: VRef): boolean => {
    if (promises.has(vpid)) return false;
    follow(vpid, slots.heldValueOf(vpid) as Promise<unknown>);
    return true;
  };

  /** Data that takes too long to read is replaced by an error: it may be made of what a caller sent. */
  const readable = (resolution: VatResolution): VatResolution => {
    const [vpid, , data] = resolution;
    const why = limits.immodestyOf(data);
    return why === undefined ? resolution : [vpid, true, encoder.encode(harden(why))];
  };

  /** Makes the syscall, then follows what the kernel has learnt of by it. */
  const tell = (batch: Map<VRef, VatResolution>, named: readonly VRef[]): void => {
    if (batch.size > 0) {
      const resolutions = [...batch.values()].map(readable);
      const excess = limits.excessOf(resolutions.map(([, , data]) => data));
      if (excess !== undefined) {
        syscall.exit(true, encoder.encode(excess));
        return;
      }
      syscall.resolve(resolutions);
    }
    let unsettled: Set<VRef> | undefined;
    const see = (vref: VRef): void => {
      if (isPromise(vref) && !batch.has(vref)) (unsettled ??= new Set()).add(vref);
    };
    named.forEach(see);
    for (const [vpid, , data] of batch.values()) {
      data.slots.forEach(see);
      forget(vpid);
    }
    if (unsettled !== undefined) for (const vpid of [...unsettled].sort()) exportPromise(vpid);
  };

  const settle = (vpid: VRef, isReject: boolean, value: unknown): void => {
    tellOutcome(vpid, hardenOutcome(isReject, value));
  };

  const tellOutcome = (vpid: VRef, [isReject, value]: Outcome): void => {
    const batch = new Map<VRef, VatResolution>();
    collect(vpid, isReject, value, batch);
    tell(batch, []);
    promises.exported.delete(vpid);
  };

  const follow = (vpid: VRef, promise: Promise<unknown>): void => {
    promises.exported.set(vpid, promise);
    const settled = (isReject: boolean, value: unknown): void => {
      const outcome = hardenOutcome(isReject, value);
      outcomes.set(promise, outcome);
      tellOutcome(vpid, outcome);
    };
    void HandledPromise.resolve(promise).then(
      (value: unknown) => settled(false, value),
      (reason: unknown) => settled(true, reason),
    );
  };

  return {
    follow,
    settle,
    announce(vrefs) {
      if (!vrefs.some(isPromise)) return;
      const batch = new Map<VRef, VatResolution>();
      collectSettled(vrefs, batch);
      tell(batch, vrefs);
    },
    exportPromise,
    forget,
  };
};
