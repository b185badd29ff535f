/**
 * The JavaScript objects that stand for virtual and durable objects. They come
 * and go with the collector, and user code must not be able to tell: whatever
 * it holds of one must bring back the same one.
 */
import harden from '@endo/harden';

export interface Representatives {
  makeSelf(prototype: object): object;
  /** A record of facets, which live and die together. */
  makeCohort(names: readonly string[], prototypes: Readonly<Record<string, object>>): object;
  /**
   * True for an object that has no reference, but dies and is made again with one that has. A weak
   * collection must hold it strongly, or its entry would tell of a collection.
   */
  isUnweakable(value: object): boolean;
}

export const makeRepresentatives = (): Representatives => {
  /** Each facet keeps its cohort, and so all the others. */
  const cohortOf = new WeakMap<object, object>();
  const unweakable = new WeakSet<object>();

  const makeSelf = (prototype: object): object => harden({ __proto__: prototype });

  return {
    makeSelf,
    makeCohort(names, prototypes) {
      const cohort: Record<string, object> = {};
      for (const name of names) {
        const facet = makeSelf(prototypes[name] as object);
        Object.defineProperty(cohort, name, { value: facet, enumerable: true });
        cohortOf.set(facet, cohort);
      }
      unweakable.add(cohort);
      return harden(cohort);
    },
    isUnweakable: (value) => unweakable.has(value),
  };
};
