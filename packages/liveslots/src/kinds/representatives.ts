/**
 * The JavaScript objects that stand for virtual and durable objects. They come
 * and go with the collector, and user code must not be able to tell: whatever
 * it holds of one must bring back the same one.
 */
import harden from '@endo/harden';
import type { VRef } from '@cooperage/types';

export interface Representatives {
  makeSelf(prototype: object, base: VRef): object;
  /** A record of facets, which live and die together. */
  makeCohort(
    names: readonly string[],
    prototypes: Readonly<Record<string, object>>,
    base: VRef,
  ): object;
  /**
   * True for an object that has no reference, but dies and is made again with one that has. A weak
   * collection must hold it strongly, or its entry would tell of a collection.
   */
  isUnweakable(value: object): boolean;
}

/** @param labelInstances for debugging: each is named by its vref, which user code should not see otherwise */
export const makeRepresentatives = (labelInstances: boolean): Representatives => {
  /** Each facet keeps its cohort, and so all the others. */
  const cohortOf = new WeakMap<object, object>();
  const unweakable = new WeakSet<object>();

  const makeSelf = (prototype: object, base: VRef): object => {
    const self = { __proto__: prototype } as object;
    if (labelInstances) {
      const name = (prototype as { readonly [Symbol.toStringTag]: string })[Symbol.toStringTag];
      // A string, which has no identity: it tells of no collection.
      Object.defineProperty(self, Symbol.toStringTag, { value: `${name}#${base}` });
    }
    return harden(self);
  };

  return {
    makeSelf,
    makeCohort(names, prototypes, base) {
      const cohort: Record<string, object> = {};
      for (const name of names) {
        const facet = makeSelf(prototypes[name] as object, base);
        Object.defineProperty(cohort, name, { value: facet, enumerable: true });
        cohortOf.set(facet, cohort);
      }
      unweakable.add(cohort);
      return harden(cohort);
    },
    isUnweakable: (value) => unweakable.has(value),
  };
};
