/** The scripted vats of one kernel: what they have been given, and what of their work is on its way back. */
import type { Core } from '@cooperage/kernel';
import type { KernelStore, PeerID, VatID } from '@cooperage/types';
import { VAT_SIDE_RULES } from '../mutations/rules.js';
import type { ScriptedVat } from '../vats/scripted-vat.js';
import { insistLikeParent } from '../world/like-parent.js';
import type { Lineage } from '../world/lineage.js';
import type { Observer } from '../world/observer.js';
import { listParked, readDurableState, reviveVat } from '../world/revive-vat.js';
import type { ClusterOptions } from './cluster-options.js';

export interface NodeWorker {
  readonly vat: ScriptedVat;
  given: number;
  /** Deliveries that it was given and has not executed. */
  todo: string[];
  /** Records that the kernel has not got. */
  flight: string[];
  readonly done: Map<number, { readonly delivery: string; readonly record: string }>;
}

export interface NodeVats {
  readonly workers: Map<VatID, NodeWorker>;
  /** Who a vat is among the vats of all kernels. */
  readonly identity: (vatID: VatID) => VatID;
  /** A worker executes again what the kernel has of the vat. */
  restore(vatID: VatID): NodeWorker;
  give(vatID: VatID, n: number, text: string): void;
  forked(vatID: VatID, parent: VatID): void;
  upgraded(vatID: VatID, isWithoutHeap: boolean): void;
  /** Notes what vats had been given that are being upgraded without their heaps. */
  noteParked(): void;
  /** All workers of a process that has just started. */
  restoreAll(): void;
}

export interface NodeVatsPowers {
  readonly self: PeerID;
  readonly options: ClusterOptions;
  readonly core: () => Core;
  readonly store: () => KernelStore;
  readonly observe: (event: (observer: Observer) => void) => void;
}

export const makeNodeVats = ({ self, options, core, store, observe }: NodeVatsPowers): NodeVats => {
  const workers = new Map<VatID, NodeWorker>();
  /** Of forks: good for as long as the fork is in the tables. */
  const lineages = new Map<VatID, Lineage>();
  /** What was handed out to vats that are being upgraded without their heaps. */
  const parked = new Map<VatID, readonly string[]>();

  const identity = (vatID: VatID): VatID => `${vatID}@${self}` as VatID;

  const restore = (vatID: VatID): NodeWorker => {
    const { windows } = core().kernel.tables;
    const revival = {
      ...{ core: core(), store: store(), identity },
      options: { ...options, rules: VAT_SIDE_RULES },
      lineageOf: (each: VatID) => lineages.get(each) ?? [],
    };
    const worker: NodeWorker = {
      ...{ vat: reviveVat(revival, vatID), given: windows.delivered(vatID) },
      ...{ flight: [], done: new Map(), todo: windows.list(vatID).map(({ text }) => text) },
    };
    workers.set(vatID, worker);
    return worker;
  };

  const noteParked = (): void => {
    parked.clear();
    for (const vatID of core().kernel.tables.vats.list()) {
      const texts = listParked(core(), vatID);
      if (texts !== undefined) parked.set(vatID, texts);
    }
  };

  return {
    workers,
    identity,
    restore,
    noteParked,
    give: (vatID, n, text) => {
      const worker = workers.get(vatID) ?? restore(vatID);
      if (n <= worker.given) return;
      worker.given = n;
      worker.todo.push(text);
    },
    forked: (vatID, parent) => {
      const { tables } = core().kernel;
      if (!tables.vats.isAlive(vatID) || !tables.vats.isAlive(parent)) return;
      const { newest, tables: known } = (workers.get(parent) ?? restore(parent)).vat;
      const before = lineages.get(parent) ?? [];
      lineages.set(vatID, [...before, { vatID: identity(parent), until: newest }]);
      insistLikeParent(tables, vatID, parent, known);
      const shared = [
        ...[...known.imports].map(([vref, { token }]) => [vref, token] as const),
        ...known.awaited,
      ];
      observe((each) => each.forked(identity(vatID), identity(parent), shared));
    },
    upgraded: (vatID, isWithoutHeap) => {
      if (isWithoutHeap) {
        const texts = parked.get(vatID) ?? [];
        observe((each) => each.takenBack(identity(vatID), texts));
      }
      const left = readDurableState(store(), vatID);
      observe((each) => each.upgraded(left?.abandoned ?? []));
    },
    restoreAll: () => {
      workers.clear();
      noteParked();
      const { isPaused, vats } = core().kernel.tables;
      for (const vatID of lineages.keys()) if (!vats.isAlive(vatID)) lineages.delete(vatID);
      for (const vatID of vats.list()) if (!isPaused(vatID)) restore(vatID);
    },
  };
};
