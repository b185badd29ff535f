/** How vats define virtual and durable kinds. */
import { makeError, q, X } from '@endo/errors';
import harden from '@endo/harden';
import { Far } from '@endo/pass-style';
import type { BuiltinKinds } from './builtin-kinds.js';
import type { Decode } from '../refs/decoder.js';
import type { Durability } from './durability.js';
import type { Encoder } from '../refs/encoder.js';
import { reconcileFacets } from './facets.js';
import type { IdCounters } from '../refs/id-counters.js';
import { checkDefinition, type KindDefiner, type KindOptions, type Maker } from './kind-definer.js';
import type { DurableKindDescriptor, KindDescriptors } from './kind-descriptors.js';
import type { KindRegistry } from './kind-registry.js';
import type { ReferenceCounts } from '../gc/reference-counts.js';
import type { SlotTable } from '../refs/slot-table.js';
import { insistCompatibleShape } from './state-shape.js';
import { formatInstance, instanceOf } from '../refs/vref.js';

export interface Kinds {
  /** Must come before anything else: kind handles are of a kind too. */
  load(builtin: BuiltinKinds): void;
  readonly defineKind: DefineVirtual;
  readonly defineKindMulti: DefineVirtual;
  readonly defineDurableKind: DefineDurable;
  readonly defineDurableKindMulti: DefineDurable;
  readonly makeKindHandle: (tag: string) => object;
  /** Throws unless every durable kind was defined in this incarnation. */
  readonly insistAllDefined: () => void;
  readonly definedDurableKinds: ReadonlySet<string>;
}

type DefineVirtual = (
  tag: string,
  init: unknown,
  behavior: unknown,
  options?: KindOptions,
) => Maker;
type DefineDurable = (
  handle: object,
  init: unknown,
  behavior: unknown,
  options?: KindOptions,
) => Maker;

export interface KindsPowers {
  readonly slots: SlotTable;
  readonly ids: IdCounters;
  readonly registry: KindRegistry;
  readonly counts: ReferenceCounts;
  readonly durability: Durability;
  readonly encoder: Encoder;
  readonly decode: Decode;
  readonly descriptors: KindDescriptors;
  readonly definer: KindDefiner;
  /** For tests of vats: a kind may be defined again with any shape. */
  readonly allowAnyShapeChange: boolean;
}

/* */
export const makeKinds = ({
  slots,
  ids,
  registry,
  counts,
  durability,
  encoder,
  decode,
  descriptors,
  definer,
  allowAnyShapeChange,
}: KindsPowers): Kinds => {
  let kindOfHandles: string | undefined;
  /** Held strongly: no part of a handle ever dies, so none tells of a collection. */
  const kindOfHandle = new Map<object, string>();
  const durableKinds = new Map<string, DurableKindDescriptor>();
  const defined = new Set<string>();

  const makeHandle = (descriptor: DurableKindDescriptor): object => {
    const handle: object = Far('kind', {});
    kindOfHandle.set(handle, descriptor.kindID);
    durableKinds.set(descriptor.kindID, descriptor);
    return handle;
  };

  const defineVirtual =
    (multifaceted: boolean): DefineVirtual =>
    (tag, init, behavior, options = {}) => {
      const definition = checkDefinition(tag, init, behavior, options, multifaceted);
      const kindID = `${ids.next('exportID')}`;
      descriptors.saveVirtual(kindID, tag);
      descriptors.startInstances(kindID, false);
      return definer.define(kindID, definition, definition.facetNames, false);
    };

  const defineDurable =
    (multifaceted: boolean): DefineDurable =>
    (handle, init, behavior, options = {}) => {
      const kindID = kindOfHandle.get(handle);
      const before = kindID === undefined ? undefined : durableKinds.get(kindID);
      if (kindID === undefined || before === undefined) {
        throw makeError(X`unknown handle ${handle}: use what makeKindHandle() returned`);
      }
      const { tag } = before;
      if (defined.has(kindID)) throw makeError(X`redefinition of durable kind ${q(tag)}`);
      const definition = checkDefinition(tag, init, behavior, options, multifaceted);

      const after = reconcileFacets(before, definition.facetNames);
      const shape = encoder.encode(options.stateShape);
      durability.insistShape(shape);
      const oldShape = before.stateShapeCapData;
      if (oldShape !== undefined && !allowAnyShapeChange) {
        insistCompatibleShape(tag, oldShape, shape, options.stateShape, encoder, decode);
      }
      counts.update(oldShape?.slots ?? [], shape.slots);
      const descriptor = { ...after, stateShapeCapData: shape };
      durableKinds.set(kindID, descriptor);
      descriptors.saveDurable(descriptor);

      const maker = definer.define(kindID, definition, descriptor.facets, true);
      defined.add(kindID);
      return maker;
    };

  return {
    load({ kindHandles }) {
      kindOfHandles = kindHandles;
      registry.register(kindHandles, {
        durable: true,
        facetNames: undefined,
        reanimate(base) {
          const kindID = instanceOf(base);
          descriptors.resumeInstances(kindID);
          return makeHandle(descriptors.loadDurable(kindID));
        },
        deleteStored: () => false,
      });
    },
    defineKind: defineVirtual(false),
    defineKindMulti: defineVirtual(true),
    defineDurableKind: defineDurable(false),
    defineDurableKindMulti: defineDurable(true),
    makeKindHandle: harden((tag: string) => {
      if (kindOfHandles === undefined) throw makeError(X`kinds are not loaded yet`);
      const kindID = `${ids.next('exportID')}`;
      const descriptor = { kindID, tag };
      descriptors.saveDurable(descriptor);
      descriptors.startInstances(kindID, true);
      const handle = makeHandle(descriptor);
      slots.add(formatInstance(kindOfHandles, kindID, true), handle);
      return handle;
    }),
    insistAllDefined() {
      const missing = descriptors
        .allDurable()
        .filter(({ kindID }) => !defined.has(kindID))
        .map(({ tag }) => tag);
      if (missing.length > 0) {
        throw new Error(`defineDurableKind not called for tags: [${missing.join(',')}]`);
      }
    },
    definedDurableKinds: defined,
  };
};
