/** Makes a kind of its definition: methods that find their state, and a maker of instances. */
import { makeError, q, X } from '@endo/errors';
import harden from '@endo/harden';
import { passStyleOf } from '@endo/pass-style';
import { assertPattern, defendPrototype, defendPrototypeKit, mustMatch } from '../endo.js';
import type { VRef } from '@cooperage/types';
import { makeCrankCache } from './crank-cache.js';
import { assessBehavior } from './facets.js';
import { insistOptions } from './insist-options.js';
import type { KindDescriptors } from './kind-descriptors.js';
import type { KindRegistry } from './kind-registry.js';
import type { CheckProperty, ObjectState } from './object-state.js';
import type { Representatives } from './representatives.js';
import type { SlotTable } from '../refs/slot-table.js';
import type { StateShape } from './state-shape.js';
import { baseOf, facetOf, formatInstance, isVirtualOrDurable, kindOf } from '../refs/vref.js';

type Method = (...args: never[]) => unknown;
export type Methods = Readonly<Record<PropertyKey, Method>>;
export type Behavior = Methods | Readonly<Record<string, Methods>>;

/** What methods are given: in their first argument, or as `this`. */
export interface Context {
  readonly state: object;
  readonly self?: object;
  readonly facets?: object;
}

export interface KindOptions {
  readonly finish?: (context: Context) => void;
  readonly stateShape?: StateShape;
  readonly thisfulMethods?: boolean;
  readonly interfaceGuard?: unknown;
  readonly interfaceGuardKit?: unknown;
  readonly receiveAmplifier?: (amplify: (facet: unknown) => object) => void;
  readonly receiveInstanceTester?: (
    isInstance: (value: unknown, facetName?: string) => boolean,
  ) => void;
}

const KIND_OPTIONS: readonly (keyof KindOptions)[] = [
  ...(['finish', 'stateShape', 'thisfulMethods', 'interfaceGuard', 'interfaceGuardKit'] as const),
  ...(['receiveAmplifier', 'receiveInstanceTester'] as const),
];

/** What a definition says, checked for itself. */
export interface KindDefinition {
  readonly tag: string;
  readonly init: ((...args: unknown[]) => unknown) | undefined;
  readonly behavior: Behavior;
  /** In sorted order; undefined for a kind without facets. */
  readonly facetNames: readonly string[] | undefined;
  readonly options: KindOptions;
  readonly guard: unknown;
}

/** @throws if the parts of the definition do not go together */
export const checkDefinition = (
  tag: string,
  init: unknown,
  behavior: unknown,
  options: KindOptions,
  multifaceted: boolean,
): KindDefinition => {
  const facetiousness = assessBehavior(behavior);
  if (facetiousness !== (multifaceted ? 'many' : 'one')) {
    throw makeError(
      multifaceted
        ? X`invalid behavior specifier for ${q(tag)}: it must be a record of facets, each a record of methods`
        : X`invalid behavior specifier for ${q(tag)}: it must be a record of methods`,
      behavior === null ? TypeError : Error,
    );
  }
  const { stateShape, interfaceGuard, interfaceGuardKit, receiveAmplifier } = options;
  insistOptions(`kind ${JSON.stringify(tag)}`, options, KIND_OPTIONS);
  harden(stateShape);
  if (stateShape !== undefined) {
    if ((passStyleOf as (value: unknown) => string)(stateShape) !== 'copyRecord') {
      throw makeError(X`A stateShape must be a copyRecord: ${q(stateShape)}`);
    }
    assertPattern(stateShape);
  }
  if (!multifaceted) {
    if (interfaceGuardKit !== undefined) {
      throw makeError(X`Use an interfaceGuard, not interfaceGuardKit, to protect class ${q(tag)}`);
    }
    if (receiveAmplifier !== undefined) {
      throw makeError(X`Only facets of an exo class kit can be amplified, not ${q(tag)}`);
    }
  } else if (interfaceGuard !== undefined && interfaceGuardKit !== undefined) {
    throw makeError(
      X`Use an interfaceGuardKit, not an interfaceGuard, to protect class kit ${q(tag)}`,
    );
  }
  return {
    tag,
    init: init as KindDefinition['init'],
    behavior: behavior as Behavior,
    facetNames: multifaceted ? Object.keys(behavior as object).sort() : undefined,
    options,
    // Callers of an older interface give the guards of a kit as interfaceGuard.
    guard: interfaceGuardKit ?? interfaceGuard,
  };
};

const makeCheck = (shape: StateShape | undefined): CheckProperty => {
  if (shape === undefined) return () => {};
  return (value, name) => {
    if (!Object.hasOwn(shape, name)) {
      throw makeError(
        X`State must only have fields described by stateShape: ${q(Reflect.ownKeys(shape))}`,
      );
    }
    mustMatch(value, shape[name]);
  };
};

/** The contexts of all kinds, which are forgotten at the end of a crank. */
const makeContextCaches = () => {
  const caches: { flush(): void }[] = [];
  const never = (): never => {
    throw makeError(X`contexts are not stored`);
  };
  return {
    add(make: (base: VRef) => Context) {
      const cache = makeCrankCache<Context>({
        read: (base) => make(base as VRef),
        write: never,
        delete: never,
      });
      caches.push(cache);
      return { get: (base: VRef): Context => cache.get(base) };
    },
    flush() {
      for (const cache of caches) cache.flush();
    },
  };
};

export type Maker = (...args: unknown[]) => object;

export interface KindDefiner {
  /** @param facetNames in the order of their indexes */
  define(
    kindID: string,
    definition: KindDefinition,
    facetNames: readonly string[] | undefined,
    isDurable: boolean,
  ): Maker;
  /** At the end of the crank. */
  flush(): void;
}

export const makeKindDefiner = (
  slots: SlotTable,
  kinds: KindRegistry,
  descriptors: KindDescriptors,
  objectState: ObjectState,
  representatives: Representatives,
): KindDefiner => {
  const contextCaches = makeContextCaches();

  const define = (
    kindID: string,
    { tag, init, behavior, options, guard }: KindDefinition,
    facetNames: readonly string[] | undefined,
    isDurable: boolean,
  ): Maker => {
    const { finish, stateShape, thisfulMethods = false } = options;
    const { receiveAmplifier, receiveInstanceTester } = options;
    const access = objectState.makeAccess(
      stateShape === undefined ? undefined : Object.keys(stateShape),
      makeCheck(stateShape),
      isDurable,
    );

    const makeContext = (base: VRef): Context => {
      const state = access.makeState(base);
      // The caller of a method holds the representative.
      const whole = slots.heldValueOf(base);
      return harden(facetNames === undefined ? { state, self: whole } : { state, facets: whole });
    };
    /**
     * One context a crank for each object. To make one may read its state, so that is done when a
     * method is called, never when a reference comes in: only the former is what user code does.
     */
    const contexts = contextCaches.add(makeContext);

    /** The base of `value` if it is an instance of this kind: the state of other kinds is out of reach of these methods. */
    const instanceOf = (value: unknown, facet: number | undefined): VRef | undefined => {
      if (typeof value !== 'object' || value === null) return undefined;
      const vref = slots.vrefOf(value);
      if (vref === undefined || !isVirtualOrDurable(vref) || kindOf(vref) !== kindID) {
        return undefined;
      }
      // A method of one facet must not work on another, or holding one facet of this object and
      // another of that would be holding both of both.
      return facetOf(vref) === facet ? baseOf(vref) : undefined;
    };
    const contextOf = (value: unknown, facet: number | undefined): Context | undefined => {
      const base = instanceOf(value, facet);
      return base === undefined ? undefined : contexts.get(base);
    };

    let makeWhole: (base: VRef) => object;
    if (facetNames === undefined) {
      const prototype: object = defendPrototype(
        tag,
        harden((self: unknown) => contextOf(self, undefined)),
        behavior,
        thisfulMethods,
        guard,
      );
      harden(prototype);
      makeWhole = (base) => representatives.makeSelf(prototype, base);
    } else {
      const providers = Object.fromEntries(
        facetNames.map((name, index) => [name, (facet: unknown) => contextOf(facet, index)]),
      );
      const prototypes = defendPrototypeKit(
        tag,
        harden(providers),
        behavior,
        thisfulMethods,
        guard,
      );
      harden(prototypes);
      makeWhole = (base) => representatives.makeCohort(facetNames, prototypes, base);
    }

    kinds.register(kindID, {
      durable: isDurable,
      facetNames,
      reanimate: makeWhole,
      deleteStored: (base) => objectState.delete(base),
    });

    const anyFacetOf = (value: unknown): VRef | undefined => {
      const indexes = facetNames === undefined ? [undefined] : [...facetNames.keys()];
      for (const index of indexes) {
        const base = instanceOf(value, index);
        if (base !== undefined) return base;
      }
      return undefined;
    };

    receiveAmplifier?.(
      harden((facet: unknown) => {
        const base = anyFacetOf(facet);
        if (base === undefined) throw makeError(X`Must be a facet of ${q(tag)}: ${facet}`);
        return contexts.get(base).facets as object;
      }),
    );
    receiveInstanceTester?.(
      harden((value: unknown, facetName?: string) => {
        if (facetName === undefined) return anyFacetOf(value) !== undefined;
        const index = facetNames?.indexOf(facetName) ?? -1;
        if (facetNames === undefined) {
          throw makeError(
            X`facetName can only be used with an exo class kit: ${q(tag)} has no facet ${q(facetName)}`,
          );
        }
        if (index < 0) {
          throw makeError(X`exo class kit ${q(tag)} has no facet named ${q(facetName)}`);
        }
        return instanceOf(value, index) !== undefined;
      }),
    );

    return (...args) => {
      const base = formatInstance(kindID, descriptors.nextInstance(kindID), isDurable);
      const initial = init === undefined ? {} : init(...args);
      if (typeof initial !== 'object' || initial === null) {
        // Most likely `() => { x: 1 }` was written for `() => ({ x: 1 })`.
        throw makeError(
          X`initial data must be object, not ${initial}`,
          initial === null ? TypeError : Error,
        );
      }
      access.init(base, initial);
      const whole = makeWhole(base);
      if (facetNames === undefined) {
        slots.add(base, whole);
      } else {
        const cohort = whole as Record<string, object>;
        slots.addCohort(
          base,
          whole,
          facetNames.map((name) => cohort[name] as object),
        );
      }
      finish?.(contexts.get(base));
      return whole;
    };
  };

  return { define, flush: () => contextCaches.flush() };
};
