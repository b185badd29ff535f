import { makeKernelTables } from '@cooperage/kernel';
import {
  CooperageError,
  isKObject,
  isKPromise,
  isVatAllocated,
  type KernelStore,
  type KRef,
  type VatID,
  type VRef,
} from '@cooperage/types';
import { staticNames } from './find-vat.js';

/** One vat's reference to an object or a promise. */
export interface Holder {
  readonly vatID: VatID;
  readonly name: string;
  readonly vref: VRef;
  /** Whether the vat made it, or was given it. */
  readonly direction: 'import' | 'export';
  readonly reachable: boolean;
}

export interface Holders {
  readonly kref: KRef;
  /** Who answers for an object, or decides a promise: a vat, `host`, `kernel`, or `none` any more. */
  readonly owner: string;
  /** Only of objects: how many could send to it, and compare it. Messages under way and the host count too. */
  readonly reachable?: number;
  readonly recognizable?: number;
  /** Only of promises. */
  readonly state?: 'unresolved' | 'fulfilled' | 'rejected';
  readonly holders: readonly Holder[];
}

/**
 * Which vats have a reference to an object or a promise. Reads only; the kernel may be running.
 * @throws {CooperageError} `BAD_ARGUMENT` where there is none with this name
 */
export const listHolders = (store: KernelStore, kref: string): Holders => {
  const tables = makeKernelTables(store.tables);
  const { cLists, objects, promises, vats } = tables;
  const object = isKObject(kref) ? objects.find(kref) : undefined;
  const promise = isKPromise(kref) ? promises.find(kref) : undefined;
  if (object === undefined && promise === undefined) {
    throw new CooperageError(
      'BAD_ARGUMENT',
      `there is no object or promise ${JSON.stringify(kref)} in this kernel; "cooperage show VAT" lists those of a vat`,
    );
  }
  const given = staticNames(tables);
  const holders = vats.list().flatMap((vatID): Holder[] => {
    const vref = cLists.toVat(vatID, kref as KRef);
    const entry = vref === undefined ? undefined : cLists.toKernel(vatID, vref);
    if (vref === undefined || entry === undefined) return [];
    const direction = isVatAllocated(vref) ? 'export' : 'import';
    const name = given.get(vatID) ?? vats.options(vatID).name;
    return [{ vatID, name, vref, direction, reachable: entry.reachable }];
  });
  const owner = object?.owner ?? promise?.decider ?? 'none';
  return {
    kref: kref as KRef,
    owner: String(owner),
    ...(object !== undefined && {
      reachable: object.reachable,
      recognizable: object.recognizable,
    }),
    ...(promise !== undefined && { state: promise.state }),
    holders,
  };
};
