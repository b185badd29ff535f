import {
  type CompletionRecord,
  type KernelStore,
  type KObject,
  type NumberedDelivery,
  parseCompletionRecord,
  type VatDeliveryObject,
  type VatID,
  type VatWorkerHost,
} from '@cooperage/types';
import { makeCore } from '@cooperage/kernel';
import { makeRecordSource } from '../replay/record-source.js';
import { makeTrialStore } from '../replay/trial-store.js';
import type { Suspects } from './suspects.js';

/** Asks vats which references they would drop. What they do meanwhile is discarded. */
export interface Trial {
  /**
   * Brings up the vat in a worker of its own, tells it that these exports of its have no holder any more, and lets
   * it collect.
   * @returns the imports that it gives up then; undefined where it cannot be asked
   */
  ask(vatID: VatID, exports: readonly KObject[]): Promise<ReadonlySet<KObject> | undefined>;
}

/** What has died shows up one link after the other where the links are in memory. */
const COLLECTIONS = 3;

export const makeTrial = (records: KernelStore, workers: VatWorkerHost): Trial => {
  const store = makeTrialStore(records);
  const core = makeCore({
    tables: store.tables,
    transcripts: store.transcripts,
    order: 'recorded',
  });
  const { cLists, windows } = core.kernel.tables;
  const source = makeRecordSource(
    core,
    { ...store, bundles: records.bundles, snapshots: records.snapshots },
    workers,
  );

  const deliver = async (
    vatID: VatID,
    n: number,
    delivery: VatDeliveryObject,
  ): Promise<CompletionRecord | undefined> => {
    const numbered = { n, acked: windows.acked(vatID), delivery } as NumberedDelivery;
    source.deliver(vatID, n, JSON.stringify(numbered));
    const said = await source.next(vatID);
    if (said.text === undefined) return undefined;
    const record = parseCompletionRecord(said.text);
    return record.status[0] === 'ok' ? record : undefined;
  };

  return {
    ask: async (vatID, exports) => {
      const vrefs = exports.flatMap((kref) => cLists.toVat(vatID, kref) ?? []);
      const given = new Set<KObject>();
      const deliveries: VatDeliveryObject[] = [
        ['dropExports', vrefs],
        ...Array.from({ length: COLLECTIONS }, () => ['bringOutYourDead'] as const),
      ];
      try {
        let n = windows.acked(vatID);
        for (const delivery of deliveries) {
          n += 1;
          const record = await deliver(vatID, n, delivery);
          if (record === undefined) return undefined;
          for (const [syscall] of record.syscalls) {
            if (syscall[0] !== 'dropImports') continue;
            for (const vref of syscall[1]) {
              const kref = cLists.toKernel(vatID, vref)?.kref;
              if (kref !== undefined) given.add(kref as KObject);
            }
          }
        }
        return given;
      } finally {
        source.replace(vatID);
      }
    },
  };
};

export interface TrialResult {
  /** What nothing but itself keeps. */
  readonly garbage: Suspects;
  /** Vats that could not be asked: of what they hold nothing is certain. */
  readonly unasked: ReadonlySet<VatID>;
  /** How often a vat was asked. */
  readonly questions: number;
}

/**
 * Trial deletion. Every vat is told that all suspects which it exports have been let go of; a suspect that some vat
 * still holds then is alive, and so is taken out, and the vats concerned are asked again without it, until
 * nothing that is left is held. A vat that cannot be asked is taken to hold nothing for its own sake.
 */
export const sieve = async (
  suspects: Suspects,
  quiet: ReadonlySet<VatID>,
  trial: Trial,
  onAsk: (vatID: VatID) => void = () => undefined,
): Promise<TrialResult> => {
  const left: Suspects = new Map(suspects);
  const unasked = new Set<VatID>();
  const answers = new Map<
    VatID,
    { readonly about: string; readonly given: ReadonlySet<KObject> }
  >();
  let questions = 0;

  const exportsOf = (): Map<VatID, KObject[]> => {
    const byOwner = new Map<VatID, KObject[]>();
    for (const { kref, owner } of left.values()) {
      byOwner.set(owner, [...(byOwner.get(owner) ?? []), kref]);
    }
    return byOwner;
  };

  for (;;) {
    const byOwner = exportsOf();
    for (const [vatID, exports] of byOwner) {
      const about = exports.join(' ');
      if (unasked.has(vatID) || answers.get(vatID)?.about === about) continue;
      if (quiet.has(vatID)) {
        onAsk(vatID);
        questions += 1;
        const given = await trial.ask(vatID, exports);
        if (given !== undefined) {
          answers.set(vatID, { about, given });
          continue;
        }
      }
      unasked.add(vatID);
    }
    const isHeld = (kref: KObject, vatID: VatID): boolean => {
      // It has no part in any cycle, so it holds what it holds for its own sake.
      if (!byOwner.has(vatID)) return true;
      return !unasked.has(vatID) && answers.get(vatID)?.given.has(kref) !== true;
    };
    const alive = [...left.values()].filter(({ kref, holders }) =>
      [...holders.keys()].some((vatID) => isHeld(kref, vatID)),
    );
    if (alive.length === 0) return { garbage: left, unasked, questions };
    for (const { kref } of alive) left.delete(kref);
  }
};
