import { blamingVatInSlices, illegal } from '../panic.js';
import type { Exit } from '../messages/syscalls.js';
import { isObjectRef } from '../messages/routing.js';
import type { Kernel } from '../kernel.js';
import {
  type CompletionRecord,
  type DeliveryNumber,
  finishWork,
  type KernelSyscallObject,
  type KObject,
  type KPromise,
  type KRef,
  insistModest,
  insistModestAtOnce,
  insistWithinBudget,
  isVatAllocated,
  type CapData,
  type NumberedDelivery,
  type VatID,
  type VatSyscallObject,
  type VRef,
  type Work,
} from '@cooperage/types';
import { isNamedAfter } from './crossing-rules.js';
import type { References } from './references.js';

export interface ApplyRecord {
  /** The changes of the c-list by delivery `n` itself become final, because its record is being retired. */
  finish(vatID: VatID, n: DeliveryNumber): Work;
  /**
   * Translates and applies the syscalls of a record, in order, in slices.
   * @returns how the vat requested its end, if it did
   * @throws {VatFault} undo the crank and refuse the whole record
   */
  apply(vatID: VatID, record: CompletionRecord): Work<Exit | undefined>;
  /** The reason of an exit with failure, from which nothing else of the record counts. */
  readonly exitInfo: (vatID: VatID, info: CapData<VRef>) => CapData<KRef>;
}

/** An exit with failure stays untranslated until it is known whether the crank counts. */
export const findFailureExit = (record: CompletionRecord): CapData<VRef> | undefined => {
  for (const [syscall] of record.syscalls) {
    if (syscall[0] === 'exit') return syscall[1] ? syscall[2] : undefined;
  }
  return undefined;
};

export const makeApplyRecord = (kernel: Kernel, names: References): ApplyRecord => {
  const { messages, pace, syscalls, tables } = kernel;
  const { cLists, upgradesInProgress, inboxes, objects, promises, references, vats, windows } =
    tables;

  const objectToKernel = (vatID: VatID, vref: VRef): KRef => names.toKernel(vatID, vref);

  const promiseToKernel = (vatID: VatID, vref: VRef): KPromise => {
    const kref = names.toKernel(vatID, vref);
    return isObjectRef(kref) ? illegal(`${vref} is not a promise`) : (kref as KPromise);
  };

  const dropImport = (vatID: VatID, vref: VRef, n: DeliveryNumber): void => {
    const entry = importEntry(vatID, vref);
    if (isNamedAfter(entry, n)) return;
    if (!entry.reachable) illegal(`${vref} was dropped before`);
    cLists.makeUnreachable(vatID, vref, entry);
  };

  const retireImport = (vatID: VatID, vref: VRef, n: DeliveryNumber): void => {
    const entry = importEntry(vatID, vref);
    if (isNamedAfter(entry, n)) return;
    if (entry.reachable) illegal(`${vref} must be dropped before it is retired`);
    cLists.delete(vatID, vref, entry);
  };

  const importEntry = (vatID: VatID, vref: VRef) => {
    const entry = cLists.toKernel(vatID, vref);
    if (entry === undefined || isVatAllocated(vref) || !isObjectRef(entry.kref)) {
      return illegal(`${vref} is not an import of this vat`);
    }
    return entry;
  };

  const releaseExport = (vatID: VatID, vref: VRef, mayBeReachable: boolean): void => {
    const entry = cLists.toKernel(vatID, vref);
    if (entry === undefined || !isVatAllocated(vref) || !isObjectRef(entry.kref)) {
      return illegal(`${vref} is not an export of this vat`);
    }
    if (entry.reachable && !mayBeReachable)
      illegal(`${vref} is still reachable: it cannot be retired`);
    cLists.delete(vatID, vref, entry);
    objects.put(entry.kref, { ...objects.get(entry.kref), owner: 'none', queued: 0 });
    references.recheck(entry.kref);
    return undefined;
  };

  const forEach = function* (vrefs: readonly VRef[], act: (vref: VRef) => void): Work {
    for (const vref of vrefs) {
      act(vref);
      if (pace.spend(2)) yield;
    }
  };

  /** Applies a syscall that only changes the c-list. */
  const applyToCList = (
    vatID: VatID,
    tag: 'dropImports' | 'retireImports' | 'retireExports' | 'abandonExports',
    vrefs: readonly VRef[],
    n: DeliveryNumber,
  ): Work => {
    switch (tag) {
      case 'dropImports':
        return forEach(vrefs, (vref) => dropImport(vatID, vref, n));
      case 'retireImports':
        return forEach(vrefs, (vref) => retireImport(vatID, vref, n));
      case 'retireExports':
        return forEach(vrefs, (vref) => releaseExport(vatID, vref, false));
      case 'abandonExports':
        return forEach(vrefs, (vref) => releaseExport(vatID, vref, true));
    }
  };

  /** Checks and translates a syscall. Those that only change the c-list are also applied. */
  const translate = function* (
    vatID: VatID,
    syscall: VatSyscallObject,
    n: DeliveryNumber,
  ): Work<KernelSyscallObject | undefined> {
    switch (syscall[0]) {
      case 'send': {
        yield* insistModest([syscall[2].methargs], pace);
        const target = objectToKernel(vatID, syscall[1]) as KObject | KPromise;
        return ['send', target, yield* names.messageToKernel(vatID, syscall[2])];
      }
      case 'subscribe':
        return ['subscribe', promiseToKernel(vatID, syscall[1])];
      case 'resolve': {
        yield* insistModest(
          syscall[1].map(([, , data]) => data),
          pace,
        );
        const resolutions: (readonly [KPromise, boolean, CapData<KRef>])[] = [];
        for (const [vpid, isReject, data] of syscall[1]) {
          const kp = promiseToKernel(vatID, vpid);
          resolutions.push([kp, isReject, yield* names.dataToKernel(vatID, data)]);
          if (pace.spend(1)) yield;
        }
        return ['resolve', resolutions];
      }
      case 'exit':
        yield* insistModest([syscall[2]], pace);
        return ['exit', syscall[1], yield* names.dataToKernel(vatID, syscall[2])];
      case 'callNow':
        return illegal('there are no devices: services are called with E()');
      case 'dropImports':
      case 'retireImports':
      case 'retireExports':
      case 'abandonExports':
        yield* applyToCList(vatID, syscall[0], syscall[1], n);
        return undefined;
      case 'vatstoreGet':
      case 'vatstoreGetNextKey':
      case 'vatstoreSet':
      case 'vatstoreDelete':
        return syscall;
      default:
        // A new kind of syscall fails to compile until it is translated here.
        return syscall satisfies never;
    }
  };

  /**
   * The resolver forgets the promise, unless a later delivery named it. In that case it is notified: at once, or for
   * a redirected promise when that is settled.
   */
  const retireResolved = (vatID: VatID, vref: VRef, n: DeliveryNumber): void => {
    const entry = cLists.toKernel(vatID, vref);
    if (entry === undefined) return;
    if (isNamedAfter(entry, n)) syscalls.subscribe(vatID, promiseToKernel(vatID, vref));
    else {
      const kp = entry.kref as KPromise;
      cLists.delete(vatID, vref, entry);
      const row = promises.get(kp);
      // The promise was redirected: the vat has forgotten it and is no subscriber any more.
      if (row.state !== 'unresolved' || !row.subscribers.includes(vatID)) return;
      const subscribers = row.subscribers.filter((each) => each !== vatID);
      promises.put(kp, { ...row, subscribers });
    }
  };

  const finish = function* (vatID: VatID, n: DeliveryNumber): Work {
    const { issue, tag, text } = windows.get(vatID, n);
    windows.close(vatID);
    // The issue number of an upgrade stays open until the upgrade is over.
    if (upgradesInProgress.find(vatID) === undefined) inboxes.close(issue);
    if (tag === 'message' || tag === 'startVat') return;
    const { delivery } = JSON.parse(text) as NumberedDelivery;
    switch (delivery[0]) {
      case 'notify':
        for (const [vref] of delivery[1]) {
          const entry = cLists.toKernel(vatID, vref);
          if (entry !== undefined) cLists.delete(vatID, vref, entry);
          if (pace.spend(2)) yield;
        }
        break;
      case 'dropExports':
        yield* forEach(delivery[1], (vref) => {
          const entry = cLists.toKernel(vatID, vref);
          // Otherwise the vat has named the export since, and the drop was taken back.
          if (entry?.dropping !== n) return;
          entry.dropping = 0;
          cLists.makeUnreachable(vatID, vref, entry);
        });
        break;
      case 'retireExports':
        yield* forEach(delivery[1], (vref) => {
          const entry = cLists.toKernel(vatID, vref);
          if (entry?.retiring !== n) return;
          cLists.delete(vatID, vref, entry);
          objects.delete(entry.kref as KObject);
        });
        break;
      case 'retireImports':
        yield* forEach(delivery[1], (vref) => {
          const entry = cLists.toKernel(vatID, vref);
          if (entry?.retiring === n) cLists.delete(vatID, vref, entry);
        });
        break;
      case 'message':
      case 'startVat':
      case 'stopVat':
      case 'bringOutYourDead':
      case 'changeVatOptions':
        break;
      default:
        delivery satisfies never;
    }
  };

  return {
    finish,
    exitInfo: (vatID, info) => {
      insistModestAtOnce([info]);
      return finishWork(names.dataToKernel(vatID, info));
    },
    *apply(vatID, record) {
      const { n, syscalls: made } = record;
      const options = vats.options(vatID);
      yield* blamingVatInSlices(insistWithinBudget(record, options, pace));
      let exit: Exit | undefined;
      // Messages that a vat with `enablePipelining` forwards come before those that still wait on the promise.
      const drainsLast = options.enablePipelining === true;
      for (const [syscall] of made) {
        if (pace.spend(5)) yield;
        const translated = yield* blamingVatInSlices(translate(vatID, syscall, n));
        if (translated === undefined) continue;
        const asked = yield* syscalls.apply(vatID, translated, drainsLast);
        exit ??= asked;
        if (!drainsLast && messages.hasWork) yield* messages.drain();
        // The vat may have terminated itself by its admin facet.
        if (!vats.isAlive(vatID)) return undefined;
        if (syscall[0] === 'resolve') {
          yield* forEach(
            syscall[1].map(([vref]) => vref),
            (vref) => retireResolved(vatID, vref, n),
          );
        }
      }
      yield* messages.drain();
      return exit;
    },
  };
};
