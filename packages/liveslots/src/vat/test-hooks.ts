/** Views into liveslots for tests, under the names that other tests use. No part of a vat gets them. */
import type { VRef } from '@cooperage/types';
import type { StoreKindName } from '../kinds/builtin-kinds.js';
import type { CrankGate } from './crank-gate.js';
import type { Core } from './make-core.js';
import type { makeStorage } from './make-storage.js';

type Storage = ReturnType<typeof makeStorage>;

/** @param gate is opened for hooks that read the vatstore: tests look between cranks */
export const makeTestHooks = (
  gate: CrankGate,
  core: Core,
  storage: Storage,
  vatGlobals: Readonly<Record<string, unknown>>,
) => {
  const { slots, counts, exports, recognizers, promises, possiblyDead, kinds, importer } = core;

  const betweenCranks =
    <A extends unknown[], R>(look: (...args: A) => R): ((...args: A) => R) =>
    (...args) =>
      gate.during(() => look(...args));

  return {
    valToSlot: slots.valToSlot,
    slotToVal: slots.slotToVal,
    getReachableRefCount: betweenCranks(counts.countOf),
    countCollectionsForWeakKey: betweenCranks(recognizers.countFor),
    countWeakKeysForCollection: (collection: object) =>
      storage.weakCollections.entryCount(collection),
    storeSizeInternal: betweenCranks((vref: VRef) => storage.collections.sizeOf(vref)),
    obtainStoreKindID: (name: StoreKindName) => Number(storage.collections.kindIDOf(name)),
    setSyscallCapdataLimits: core.limits.set,
    possiblyDeadSet: possiblyDead.dead,
    possiblyRetiredSet: possiblyDead.retired,
    vrefRecognizers: recognizers.inMemory,
    remotableRefCounts: counts.heldInMemory,
    exportedRemotables: exports.reachableRemotables,
    kernelRecognizableRemotables: exports.recognizableRemotables,
    importedDevices: importer.devices,
    exportedVPIDs: promises.exported,
    importedVPIDs: promises.imported,
    definedDurableKinds: storage.kinds.definedDurableKinds,
    getDroppedCollectionRegistry: () => storage.weakCollections.registry,
    vatGlobals,
    afterDispatchActions: betweenCranks(storage.flush),
    /** How much is held in memory, by table. What `bringOutYourDead` answers. */
    getRetentionStats: () => ({
      remotableRefCounts: counts.heldInMemory.size,
      vrefRecognizers: recognizers.inMemory.size,
      kindInfoTable: kinds.size,
      definedDurableKinds: storage.kinds.definedDurableKinds.size,
      nextInstanceIDs: storage.descriptors.instances.size,
      exportedRemotables: exports.reachableRemotables.size,
      importedDevices: importer.devices.size,
      kernelRecognizableRemotables: exports.recognizableRemotables.size,
      exportedVPIDs: promises.exported.size,
      importedVPIDs: promises.imported.size,
      possiblyDeadSet: possiblyDead.dead.size,
      possiblyRetiredSet: possiblyDead.retired.size,
      slotToVal: slots.size,
    }),
  };
};

export type TestHooks = ReturnType<typeof makeTestHooks>;
