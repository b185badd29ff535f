/** One object or several facets of one: what a behavior is, and how facets keep their indexes over upgrades. */
import { makeError, q, X } from '@endo/errors';
import type { DurableKindDescriptor } from './kind-descriptors.js';

/** A record of methods is `one` object; a record of such records is `many` facets. */
export type Facetiousness = 'one' | 'many' | 'neither';

export const assessBehavior = (behavior: unknown): Facetiousness => {
  if (typeof behavior !== 'object' || behavior === null) return 'neither';
  let result: Facetiousness | undefined;
  for (const name of Reflect.ownKeys(behavior)) {
    const value = (behavior as Record<PropertyKey, unknown>)[name];
    let one: Facetiousness;
    if (typeof value === 'function') one = 'one';
    // A facet cannot be named by a symbol.
    else if (typeof name === 'string' && assessBehavior(value) === 'one') one = 'many';
    else return 'neither';
    if (result !== undefined && result !== one) return 'neither';
    result = one;
  }
  // An object without methods is still an object.
  return result ?? 'one';
};

/**
 * The facets of a durable kind that is defined again: those it had, which must
 * all be there, keep their indexes; new ones follow in sorted order.
 *
 * @param names the facets now, undefined for a kind without facets
 * @returns the descriptor to be kept from now on
 */
export const reconcileFacets = (
  descriptor: DurableKindDescriptor,
  names: readonly string[] | undefined,
): DurableKindDescriptor => {
  const { tag, facets: old } = descriptor;
  if (names === undefined) {
    if (old !== undefined) {
      throw makeError(
        X`defineDurableKind called for faceted KindHandle ${q(tag)}: use defineDurableKindMulti`,
      );
    }
    return { ...descriptor, unfaceted: true };
  }
  if (descriptor.unfaceted) {
    throw makeError(
      X`defineDurableKindMulti called for unfaceted KindHandle ${q(tag)}: use defineDurableKind`,
    );
  }
  const missing = old?.find((name) => !names.includes(name));
  if (missing !== undefined) {
    const [now, before] = [names.join(','), (old ?? []).join(',')];
    throw makeError(
      X`durable kind "${q(tag)}" facets (${q(now)}) is missing ${q(missing)} from original definition (${q(before)})`,
    );
  }
  const added = names.filter((name) => !old?.includes(name)).sort();
  return { ...descriptor, facets: [...(old ?? []), ...added] };
};
