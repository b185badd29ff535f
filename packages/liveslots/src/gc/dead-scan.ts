/**
 * `bringOutYourDead`: finds what died since the last time, and tells the kernel.
 *
 * An object lives as long as one of its pillars stands: its value is in memory,
 * stored data names it, or the kernel can reach it (what this vat exported).
 * What lost a pillar was noted; here, and only here, syscalls depend on what the
 * engine has collected. To depend on that as little as possible, the engine is
 * made to collect first, and everything goes in sorted order.
 *
 * An import that cannot be reached is dropped, and retired too if no weak
 * collection recognizes it. Objects of this vat are deleted and retired at once.
 * To delete one may let others go, so the scan repeats until nothing is found.
 */
import type { GcTools, LiveSlotsSyscall, VRef } from '@cooperage/types';
import type { Exports } from '../refs/exports.js';
import type { ImportNames } from '../refs/import-names.js';
import type { KindRegistry } from '../kinds/kind-registry.js';
import type { PossiblyDead } from './possibly-dead.js';
import type { Recognizers } from './recognizers.js';
import type { ReferenceCounts } from './reference-counts.js';
import type { SlotTable } from '../refs/slot-table.js';
import { isImport, isVirtualOrDurable, kindOf } from '../refs/vref.js';

/** What the kernel is to be told. */
interface Report {
  readonly importsToDrop: Set<VRef>;
  readonly importsToRetire: Set<VRef>;
  readonly exportsToRetire: Set<VRef>;
}

export interface DeadScanPowers {
  readonly syscall: Pick<LiveSlotsSyscall, 'dropImports' | 'retireImports' | 'retireExports'>;
  readonly gcTools: Pick<GcTools, 'gcAndFinalize'>;
  readonly slots: SlotTable;
  readonly kinds: KindRegistry;
  readonly counts: ReferenceCounts;
  readonly exports: Exports;
  readonly recognizers: Recognizers;
  readonly possiblyDead: PossiblyDead;
  readonly names: ImportNames;
  /** Deletes the state of an object of a virtual kind of an earlier incarnation; like `deleteStored` of a kind that is known. */
  readonly deleteOrphan: (base: VRef) => boolean;
}

export const makeDeadScan = ({
  syscall,
  gcTools,
  slots,
  kinds,
  counts,
  exports,
  recognizers,
  possiblyDead,
  names,
  deleteOrphan,
}: DeadScanPowers): (() => Promise<void>) => {
  const isReachableImport = (vref: VRef): boolean => slots.has(vref) || counts.stored(vref) > 0;

  /** Each of these is true if collecting again may find more. */
  const checkImport = (vref: VRef, report: Report): boolean => {
    if (!isReachableImport(vref)) {
      report.importsToDrop.add(vref);
      names.forget(vref);
      possiblyDead.retired.add(vref);
    }
    return false;
  };

  const checkInstance = (base: VRef, report: Report): boolean => {
    if (slots.has(base) || counts.stored(base) > 0 || exports.isReachable(base)) return false;
    const kind = kinds.get(kindOf(base));
    const hasReleased = kind === undefined ? deleteOrphan(base) : kind.deleteStored(base);
    counts.deleteStored(base);
    for (const vref of exports.forget(base)) report.exportsToRetire.add(vref);
    return recognizers.cease(base) || hasReleased;
  };

  const checkRemotable = (vref: VRef, report: Report): boolean => {
    // Data and the kernel hold the value itself, so that memory is the only pillar.
    if (slots.has(vref)) return false;
    if (exports.forgetRemotable(vref)) report.exportsToRetire.add(vref);
    return recognizers.cease(vref);
  };

  const check = (ref: VRef, report: Report): boolean => {
    if (isImport(ref)) return checkImport(ref, report);
    return isVirtualOrDurable(ref) ? checkInstance(ref, report) : checkRemotable(ref, report);
  };

  const scanDead = async (report: Report): Promise<void> => {
    let mayFindMore: boolean;
    do {
      mayFindMore = false;
      await gcTools.gcAndFinalize();
      for (const ref of [...possiblyDead.dead].sort()) {
        // First, because what is deleted may shake it loose again, for the next round.
        possiblyDead.dead.delete(ref);
        mayFindMore = check(ref, report) || mayFindMore;
      }
    } while (mayFindMore || possiblyDead.dead.size > 0);
  };

  const scanRetired = (report: Report): void => {
    for (const vref of [...possiblyDead.retired].sort()) {
      possiblyDead.retired.delete(vref);
      if (!isImport(vref)) continue;
      const isReachable = !report.importsToDrop.has(vref) && isReachableImport(vref);
      if (!isReachable && !recognizers.isRecognizable(vref)) report.importsToRetire.add(vref);
    }
  };

  return async () => {
    const report: Report = {
      importsToDrop: new Set(),
      importsToRetire: new Set(),
      exportsToRetire: new Set(),
    };
    await scanDead(report);
    scanRetired(report);
    const { importsToDrop, importsToRetire, exportsToRetire } = report;
    if (importsToDrop.size > 0) syscall.dropImports([...importsToDrop].sort());
    if (importsToRetire.size > 0) syscall.retireImports([...importsToRetire].sort());
    if (exportsToRetire.size > 0) syscall.retireExports([...exportsToRetire].sort());
  };
};
