/** Scripted vats as the tables say that they are. */
import { keys, type Core } from '@cooperage/kernel';
import type { KernelStore, VatID } from '@cooperage/types';
import { DURABLE_ROW, type DurableState, parseDurableState } from '../vats/durable-state.js';
import { findDurableState } from '../vats/leave-durable-state.js';
import type { Lineage } from './lineage.js';
import { makeScriptedVat, type ScriptedVat } from '../vats/scripted-vat.js';
import { insist } from '../violation.js';
import type { WorldOptions } from './world-options.js';

export interface RevivePowers {
  readonly core: Core;
  readonly store: KernelStore;
  readonly options: Pick<WorldOptions, 'seed' | 'profile' | 'rules'>;
  readonly lineageOf: (vatID: VatID) => Lineage;
  /** In a world of several kernels: what the vat calls itself. */
  readonly identity?: (vatID: VatID) => VatID;
}

export const readDurableState = (store: KernelStore, vatID: VatID): DurableState | undefined =>
  parseDurableState(store.tables.get(keys.vatstore(vatID, DURABLE_ROW)));

/** What was handed out to a vat that is being upgraded without its heap; undefined for another. */
export const listParked = ({ kernel }: Core, vatID: VatID): readonly string[] | undefined => {
  const { upgradesInProgress, windows } = kernel.tables;
  const { withoutHeap } = upgradesInProgress.find(vatID) ?? {};
  if (withoutHeap === undefined) return undefined;
  return windows.listParked(vatID, withoutHeap.acked).map(([, { text }]) => text);
};

/** A vat with its heap as it is after the newest record that was retired. */
export const reviveVat = (
  { core, store, options, lineageOf, identity }: RevivePowers,
  vatID: VatID,
): ScriptedVat => {
  const { counters, upgradesInProgress, vats } = core.kernel.tables;
  const revive = (first: number, durable: DurableState | undefined): ScriptedVat => {
    const vat = makeScriptedVat({
      vatID: identity?.(vatID) ?? vatID,
      seed: options.seed,
      window: vats.options(vatID).window,
      profile: options.profile,
      rules: options.rules,
      durable,
      last: first - 1,
      lineage: lineageOf(vatID),
      isLinked: identity !== undefined,
    });
    for (const entry of store.transcripts.read(vatID, first, store.transcripts.newest(vatID))) {
      const { delivery, record } = JSON.parse(entry) as { delivery: unknown; record: unknown };
      const again = vat.deliver(JSON.stringify(delivery));
      insist(again === JSON.stringify(record), () => `${vatID} does otherwise when it is replayed`);
    }
    return vat;
  };
  const { first, pendingWrites } = core.incarnation(vatID);
  const written = readDurableState(store, vatID);
  if (upgradesInProgress.find(vatID)?.withoutHeap === undefined) {
    return revive(first, parseDurableState(pendingWrites.get(DURABLE_ROW)) ?? written);
  }
  const old = revive(Math.max(1, counters.read(keys.first(vatID))), written);
  return revive(first, findDurableState(old, written));
};
