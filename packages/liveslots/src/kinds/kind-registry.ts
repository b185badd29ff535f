/** What the rest of liveslots has to know about each kind of virtual or durable object. */
import { makeError, q, X } from '@endo/errors';
import type { VRef } from '@cooperage/types';
import { baseOf, facetOf, kindOf } from '../refs/vref.js';

export interface KindInfo {
  readonly durable: boolean;
  /** In the order of their indexes; undefined for a kind without facets. */
  readonly facetNames: readonly string[] | undefined;
  /** Makes the representative, or the cohort of facets, of an instance. Makes no syscall. */
  reanimate(base: VRef): object;
  /** Deletes the rows of an instance. True if heap objects were released, so that another collection may find more. */
  deleteStored(base: VRef): boolean;
}

export interface KindRegistry {
  register(kindID: string, info: KindInfo): void;
  get(kindID: string): KindInfo | undefined;
  /** The kind of an instance, which must be defined. */
  kindOf(vref: VRef): KindInfo;
  /** The representative, or the cohort, of an instance that is not in memory. */
  reanimate(vref: VRef): object;
  /** The value that `vref` names, given the representative or cohort that its base names. */
  pick(vref: VRef, whole: object): object;
  readonly size: number;
}

export const makeKindRegistry = (): KindRegistry => {
  const kinds = new Map<string, KindInfo>();

  const infoOf = (vref: VRef): KindInfo => {
    const kindID = kindOf(vref);
    const info = kinds.get(kindID);
    if (info !== undefined) return info;
    throw makeError(
      X`no kind ${q(kindID)} for ${vref}; kinds must be defined before their instances are used`,
    );
  };

  return {
    register(kindID, info) {
      kinds.set(kindID, info);
    },
    get: (kindID) => kinds.get(kindID),
    kindOf: infoOf,
    reanimate: (vref) => infoOf(vref).reanimate(baseOf(vref)),
    pick(vref, whole) {
      const facet = facetOf(vref);
      if (facet === undefined) return whole;
      const name = infoOf(vref).facetNames?.[facet];
      if (name === undefined) throw makeError(X`no facet ${q(facet)} of ${baseOf(vref)}`);
      return (whole as Record<string, object>)[name] as object;
    },
    get size() {
      return kinds.size;
    },
  };
};
