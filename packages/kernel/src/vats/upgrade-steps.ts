import type { UpgradeInProgress, Undo } from '../tables/vats/upgrades-in-progress.js';
import type { Kernel } from '../kernel.js';
import type { UpgradeRequest } from '../tables/deliveries/inboxes.js';
import { VatFault } from '../panic.js';
import {
  type CapData,
  type CompletionRecord,
  type DeliveryNumber,
  formatTranscriptEntry,
  type IssueNumber,
  isVatAllocated,
  type KPromise,
  type KRef,
  readCompletionRecord,
  ROOT_VREF,
  type Transcripts,
  type VatDeliveryObject,
  type VatID,
  type Work,
} from '@cooperage/types';
import { endOf, keys } from '../tables/schema.js';
import { isObjectRef } from '../messages/routing.js';
import type { ApplyRecord } from '../records/apply-record.js';
import type { References } from '../records/references.js';

/**
 * The deliveries of an upgrade, one after the other, with nothing between them: `bringOutYourDead`, which counts
 * whatever follows; `stopVat`, the last of the old incarnation; `startVat`, the first of the new one. The records
 * of the last two are applied together when both are there.
 */
export interface UpgradeSteps {
  /** The vat's window is empty. */
  begin(vatID: VatID, issue: IssueNumber, request: UpgradeRequest): void;
  /** Hands out `startVat` alone, where an upgrade waits for a vat that is paused. */
  beginWithoutHeap(vatID: VatID): Work;
  /** The record of `bringOutYourDead` was retired. */
  reaped(vatID: VatID, upgrade: UpgradeInProgress): void;
  /**
   * The record of `stopVat` or `startVat`, whose turn it is.
   * @throws {VatFault} where it is not good: the upgrade has failed
   */
  advance(
    vatID: VatID,
    upgrade: UpgradeInProgress,
    record: CompletionRecord,
    recordText: string,
  ): Work;
}

export interface UpgradeStepsPowers {
  readonly kernel: Kernel;
  readonly names: References;
  readonly records: ApplyRecord;
  readonly transcripts: Transcripts;
  /** Hands out one delivery. */
  readonly open: (vatID: VatID, issue: IssueNumber, delivery: VatDeliveryObject) => void;
}

const insistRunsOn = ({ syscalls }: CompletionRecord, what: string): void => {
  if (syscalls.some(([syscall]) => syscall[0] === 'exit')) {
    throw new VatFault('VAT_TERMINATED', `the vat exited in ${what}`);
  }
};

export const makeUpgradeSteps = ({
  kernel,
  names,
  records,
  transcripts,
  open,
}: UpgradeStepsPowers): UpgradeSteps => {
  const { effects, tables, upgrades } = kernel;
  const {
    cLists,
    counters,
    creations,
    reapCounters,
    upgradesInProgress,
    objects,
    promises,
    leftRows,
  } = tables;
  const { parameters, rows, vats, windows } = tables;

  const next = (vatID: VatID): DeliveryNumber => (windows.delivered(vatID) + 1) as DeliveryNumber;

  /** What is the old incarnation's own and ends with it cannot be given to the new one. */
  const namesWhatEnds = (vatID: VatID, { slots }: CapData<KRef>): boolean =>
    slots.some((kref) => {
      if (!isObjectRef(kref)) return promises.get(kref as KPromise).decider === vatID;
      if (objects.get(kref).owner !== vatID) return false;
      const vref = cLists.toVat(vatID, kref);
      return vref !== ROOT_VREF && vref?.startsWith('o+d') !== true;
    });

  /** The kernel retains nothing for parameters that it kept: the vat may have dropped the references in them. */
  const hasAll = (vatID: VatID, { slots }: CapData<KRef>): boolean =>
    slots.every((kref) => {
      const vref = cLists.toVat(vatID, kref);
      return vref !== undefined && cLists.toKernel(vatID, vref)?.reachable === true;
    });

  const faultOf = (vatID: VatID, { vatParameters }: UpgradeRequest): string | undefined => {
    if (vatParameters === undefined && !hasAll(vatID, parameters.of(vatID))) {
      return 'the parameters that it was started with name an object or promise that the vat has dropped since: give the upgrade new vatParameters';
    }
    return namesWhatEnds(vatID, vatParameters ?? parameters.of(vatID))
      ? 'its vatParameters name an object or promise of the vat itself that does not survive the upgrade: give the upgrade other vatParameters'
      : undefined;
  };

  const handOutStart = function* (vatID: VatID, upgrade: UpgradeInProgress): Work {
    const { issue, request } = upgrade;
    const fault = faultOf(vatID, request);
    if (fault !== undefined) {
      upgrades.rollBack(vatID, upgrade, fault);
      return;
    }
    const vatParameters = request.vatParameters ?? parameters.of(vatID);
    const before = [...new Set(vatParameters.slots)].map((kref) => {
      const vref = cLists.toVat(vatID, kref);
      const entry = vref === undefined ? undefined : cLists.toKernel(vatID, vref);
      return [kref, entry === undefined ? null : { ...entry }] as const;
    });
    const n = next(vatID);
    const data = yield* names.dataToVat(vatID, vatParameters, n);
    const undo: Undo[] = before
      .map(([kref, entry]) => [names.toVat(vatID, kref, n), kref, entry] as const)
      .filter(([vref, kref]) => !(isVatAllocated(vref) && isObjectRef(kref)));
    upgradesInProgress.put(vatID, { ...upgrade, step: 'startVat', undo });
    // The old incarnation's heap has done its part.
    effects.add({ type: 'worker-stale', vatID });
    open(vatID, issue, ['startVat', data]);
  };

  const finish = function* (
    vatID: VatID,
    upgrade: UpgradeInProgress,
    record: CompletionRecord,
    recordText: string,
    text: string,
  ): Work {
    if (upgrade.stopped !== undefined) {
      yield* records.apply(vatID, yield* readCompletionRecord(upgrade.stopped, kernel.pace));
    }
    if (!vats.isAlive(vatID)) return;
    upgrades.disconnect(vatID, upgrade);
    yield* records.apply(vatID, record);
    // A vat may hold the facet with which it ends itself: then its end is the end of the upgrade, too.
    if (!vats.isAlive(vatID)) return;
    // The entries of the old incarnation are swept: nothing reads before the first of the new one.
    rows.delete(keys.transcriptNewest(vatID));
    leftRows.leave(vatID);
    // Images of a heap that is gone.
    const images = `${vatID}.s.`;
    for (const key of [...rows.keys(images, endOf(images))]) rows.delete(key);
    transcripts.append(vatID, record.n, formatTranscriptEntry(text, recordText));
    counters.write(keys.first(vatID), record.n);
    upgrades.complete(vatID, upgrade);
    // A vat that was paused before it had started has now started.
    if (creations.find(vatID) !== undefined) kernel.lifecycle.started(vatID);
  };

  return {
    begin: (vatID, issue, request) => {
      const step = 'bringOutYourDead';
      const unreaped = reapCounters.find(vatID);
      upgradesInProgress.put(vatID, {
        issue,
        request,
        step,
        last: next(vatID),
        undo: [],
        unreaped,
      });
      open(vatID, issue, [step]);
    },
    *beginWithoutHeap(vatID) {
      if (!vats.isAlive(vatID) || !tables.isPaused(vatID)) return;
      const upgrade = upgrades.beginWithoutHeap(vatID);
      if (upgrade !== undefined) yield* handOutStart(vatID, upgrade);
    },
    reaped: (vatID, { unreaped: _, ...upgrade }) => {
      upgradesInProgress.put(vatID, { ...upgrade, step: 'stopVat' });
      open(vatID, upgrade.issue, ['stopVat', upgrades.disconnection(vatID, upgrade.request)]);
    },
    *advance(vatID, upgrade, record, recordText) {
      insistRunsOn(record, upgrade.step);
      const { text } = windows.get(vatID, record.n);
      windows.close(vatID);
      if (upgrade.step === 'stopVat')
        yield* handOutStart(vatID, { ...upgrade, stopped: recordText });
      else yield* finish(vatID, upgrade, record, recordText, text);
    },
  };
};
