/** Puts together what works with the vatstore: kinds, collections, baggage and promise watchers. */
import harden from '@endo/harden';
import type { GcTools, LiveSlotsOptions, LiveSlotsSyscall } from '@cooperage/types';
import { loadBuiltinKinds } from '../kinds/builtin-kinds.js';
import { makeCollectionSchemas } from '../collections/collection-schemas.js';
import { makeCollections } from '../collections/collections.js';
import { makeDurability } from '../kinds/durability.js';
import { makeKindDefiner } from '../kinds/kind-definer.js';
import { makeKindDescriptors } from '../kinds/kind-descriptors.js';
import { makeKinds } from '../kinds/kinds.js';
import type { Core } from './make-core.js';
import { makeObjectState } from '../kinds/object-state.js';
import { isPlainScalar } from '../collections/plain-scalar.js';
import { makePromiseWatchers } from '../promises/promise-watchers.js';
import { makeRepresentatives } from '../kinds/representatives.js';
import { makeProvideStanding } from '../collections/standing-collections.js';
import type { DurableParts } from './start-vat.js';
import { makeWeakCollections } from '../collections/weak-collections.js';

export const makeStorage = (
  syscall: LiveSlotsSyscall,
  gcTools: GcTools,
  options: LiveSlotsOptions,
  core: Core,
) => {
  const { slots, ids, limits, counts, recognizers, encoder, decode, vrefOf, importer } = core;
  const { relaxDurabilityRules = false, allowStateShapeChanges = false } = options;
  const valueOf = gcTools.meterControl.unmetered(importer.valueOf);

  const durability = makeDurability(core.kinds, relaxDurabilityRules);
  const representatives = makeRepresentatives(options.labelInstances ?? false);
  const weakCollections = makeWeakCollections(gcTools, slots, recognizers, representatives);

  const descriptors = makeKindDescriptors(syscall);
  const data = { syscall, counts, durability, encoder, decode, limits };
  const objectState = makeObjectState(data);
  const definer = makeKindDefiner(slots, core.kinds, descriptors, objectState, representatives);
  const kinds = makeKinds({
    ...data,
    slots,
    ids,
    registry: core.kinds,
    descriptors,
    definer,
    allowAnyShapeChange: allowStateShapeChanges,
  });

  const schemas = makeCollectionSchemas(syscall, decode);
  const collections = makeCollections(
    {
      ...data,
      schemas,
      recognizers,
      vrefOf,
      valueOf,
      generations: new Map(),
      isPlainScalar,
    },
    slots,
    ids,
    core.kinds,
  );
  const provideStanding = makeProvideStanding(syscall, counts, vrefOf, valueOf);
  const watchers = makePromiseWatchers({
    syscall,
    slots,
    importer: {
      ...importer,
      revivePromise: gcTools.meterControl.unmetered(importer.revivePromise),
    },
    resolver: core.resolver,
    kinds,
    collections,
    provideStanding,
    vrefOf,
  });

  /** Held, because every vat has it: whether a vat keeps it shall make no difference. */
  let baggage: object | undefined;
  const durableParts: DurableParts = {
    load() {
      ids.load();
      const builtin = loadBuiltinKinds(syscall, ids);
      kinds.load(builtin);
      collections.load(builtin);
    },
    provide() {
      baggage = provideStanding('baggageID', () => collections.makeStringMapStore('baggage'));
      watchers.load();
      return baggage;
    },
    reconnect: watchers.reconnect,
    insistComplete: kinds.insistAllDefined,
  };

  return {
    durableParts,
    deleteOrphan: objectState.delete,
    kinds,
    descriptors,
    collections,
    weakCollections,
    vatData: harden({
      defineKind: kinds.defineKind,
      defineKindMulti: kinds.defineKindMulti,
      defineDurableKind: kinds.defineDurableKind,
      defineDurableKindMulti: kinds.defineDurableKindMulti,
      makeKindHandle: kinds.makeKindHandle,
      canBeDurable: (specimen: unknown) =>
        encoder.encode(specimen).slots.every(durability.isDurable),
      providePromiseWatcher: watchers.providePromiseWatcher,
      watchPromise: watchers.watchPromise,
      makeScalarBigMapStore: collections.makeScalarBigMapStore,
      makeScalarBigWeakMapStore: collections.makeScalarBigWeakMapStore,
      makeScalarBigSetStore: collections.makeScalarBigSetStore,
      makeScalarBigWeakSetStore: collections.makeScalarBigWeakSetStore,
    }),
    /** At the end of a crank. */
    flush: () => {
      ids.flush();
      descriptors.flush();
      schemas.flush();
      objectState.flush();
      definer.flush();
    },
  };
};
