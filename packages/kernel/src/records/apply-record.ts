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
  /** What delivery `n` itself does to the c-list is final now that its record is being retired. */
  finish(vatID: VatID, n: DeliveryNumber): Work;
  /**
   * Translates and applies the syscalls of a record, in order, in slices.
   * @returns how the vat asked for its end, where it did
   * @throws {VatFault} abort the crank, the whole record is refused
   */
  apply(vatID: VatID, record: CompletionRecord): Work<Exit | undefined>;
  /** The reason of an exit that nothing else of the record counts of. */
  readonly exitInfo: (vatID: VatID, info: CapData<VRef>) => CapData<KRef>;
}

/** Where an exit is left untranslated until it is known whether the crank counts. */
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

  /** About the c-list: applied here and now. */
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

  /** Checks a syscall and translates it; those about the c-list alone are done then. */
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
        // A new kind of syscall does not compile before it is translated here.
        return syscall satisfies never;
    }
  };

  /**
   * The resolver forgets the promise, unless a later delivery named it: then it hears of it again, at once or, where
   * it was redirected, when it is known what becomes of it.
   */
  const retireResolved = (vatID: VatID, vref: VRef, n: DeliveryNumber): void => {
    const entry = cLists.toKernel(vatID, vref);
    if (entry === undefined) return;
    if (isNamedAfter(entry, n)) syscalls.subscribe(vatID, promiseToKernel(vatID, vref));
    else {
      const kp = entry.kref as KPromise;
      cLists.delete(vatID, vref, entry);
      const row = promises.get(kp);
      // It follows another promise from now on. The vat that redirected it has forgotten it, and waits no more.
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
          // Otherwise the vat has named it since: the drop was taken back.
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
      // What a vat that takes part in pipelining sends on comes before what still waits on the promise.
      const drainsLast = options.enablePipelining === true;
      for (const [syscall] of made) {
        if (pace.spend(5)) yield;
        const translated = yield* blamingVatInSlices(translate(vatID, syscall, n));
        if (translated === undefined) continue;
        const asked = yield* syscalls.apply(vatID, translated, drainsLast);
        exit ??= asked;
        if (!drainsLast && messages.hasWork) yield* messages.drain();
        // The vat may hold the facet with which it ends itself.
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
