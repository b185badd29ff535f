import { blamingVat, type Exit, illegal, isObjectRef, type Kernel } from '@cooperage/kernel';
import {
  type CompletionRecord,
  type DeliveryNumber,
  type KernelSyscallObject,
  type KObject,
  type KPromise,
  type KRef,
  isVatAllocated,
  LIMITS,
  type CapData,
  type NumberedDelivery,
  type VatID,
  type VatSyscallObject,
  type VRef,
} from '@cooperage/types';
import type { CrossingRules } from './crossing-rules.js';
import type { References } from './references.js';

export interface ApplyRecord {
  /** What delivery `n` itself does to the c-list is final now that its record is being retired. */
  finish(vatID: VatID, n: DeliveryNumber): void;
  /**
   * Translates and applies the syscalls of a record, in order.
   * @returns how the vat asked for its end, where it did
   * @throws {VatFault} abort the crank, the whole record is refused
   */
  apply(vatID: VatID, record: CompletionRecord): Exit | undefined;
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

export const makeApplyRecord = (
  kernel: Kernel,
  names: References,
  rules: CrossingRules,
): ApplyRecord => {
  const { syscalls, tables } = kernel;
  const { cLists, holds, inboxes, objects, promises, references, vats, windows } = tables;

  const objectToKernel = (vatID: VatID, vref: VRef): KRef => names.toKernel(vatID, vref);

  const promiseToKernel = (vatID: VatID, vref: VRef): KPromise => {
    const kref = names.toKernel(vatID, vref);
    return isObjectRef(kref) ? illegal(`${vref} is not a promise`) : (kref as KPromise);
  };

  const checkSize = (data: readonly CapData<VRef>[]): void => {
    let length = 0;
    let slots = 0;
    for (const each of data) {
      length += each.body.length;
      slots += each.slots.length;
    }
    if (length > LIMITS.capdataLength || slots > LIMITS.capdataSlots) {
      illegal(
        `a syscall may carry ${LIMITS.capdataLength} characters and ${LIMITS.capdataSlots} slots; this one has ${length} and ${slots}`,
      );
    }
  };

  const dropImport = (vatID: VatID, vref: VRef, n: DeliveryNumber): void => {
    const entry = importEntry(vatID, vref);
    if (rules.dropIsStale(entry, n)) return;
    if (!entry.reachable) illegal(`${vref} was dropped before`);
    cLists.makeUnreachable(vatID, vref, entry);
  };

  const retireImport = (vatID: VatID, vref: VRef, n: DeliveryNumber): void => {
    const entry = importEntry(vatID, vref);
    if (rules.retireIsStale(entry, n)) return;
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

  /** Checks a syscall and translates it; those about the c-list alone are done then. */
  const translate = (
    vatID: VatID,
    syscall: VatSyscallObject,
    n: DeliveryNumber,
  ): KernelSyscallObject | undefined => {
    switch (syscall[0]) {
      case 'send': {
        checkSize([syscall[2].methargs]);
        const target = objectToKernel(vatID, syscall[1]) as KObject | KPromise;
        return ['send', target, names.messageToKernel(vatID, syscall[2])];
      }
      case 'subscribe':
        return ['subscribe', promiseToKernel(vatID, syscall[1])];
      case 'resolve':
        checkSize(syscall[1].map(([, , data]) => data));
        return [
          'resolve',
          syscall[1].map(
            ([vpid, isReject, data]) =>
              [promiseToKernel(vatID, vpid), isReject, names.dataToKernel(vatID, data)] as const,
          ),
        ];
      case 'exit':
        checkSize([syscall[2]]);
        return ['exit', syscall[1], names.dataToKernel(vatID, syscall[2])];
      case 'callNow':
        return illegal('there are no devices: services are called with E()');
      case 'dropImports':
        syscall[1].forEach((vref) => dropImport(vatID, vref, n));
        return undefined;
      case 'retireImports':
        syscall[1].forEach((vref) => retireImport(vatID, vref, n));
        return undefined;
      case 'retireExports':
        syscall[1].forEach((vref) => releaseExport(vatID, vref, false));
        return undefined;
      case 'abandonExports':
        syscall[1].forEach((vref) => releaseExport(vatID, vref, true));
        return undefined;
      default:
        return syscall;
    }
  };

  /**
   * The resolver forgets the promise, unless a later delivery named it: then it hears of it again, at once or, where
   * it was redirected, when it is known what becomes of it.
   */
  const retireResolved = (vatID: VatID, vref: VRef, n: DeliveryNumber): void => {
    const entry = cLists.toKernel(vatID, vref);
    if (entry === undefined) return;
    if (rules.resolveIsStale(entry, n))
      syscalls.apply(vatID, ['subscribe', promiseToKernel(vatID, vref)]);
    else {
      const kp = entry.kref as KPromise;
      cLists.delete(vatID, vref, entry);
      const row = promises.get(kp);
      // It follows another one from now on; whoever redirected it has forgotten it, and waits no more.
      if (row.state !== 'unresolved' || !row.subscribers.includes(vatID)) return;
      const subscribers = row.subscribers.filter((each) => each !== vatID);
      promises.put(kp, { ...row, subscribers });
    }
  };

  const finish = (vatID: VatID, n: DeliveryNumber): void => {
    const { issue, tag, text } = windows.get(vatID, n);
    windows.close(vatID);
    // The number of a hold stays open until the hold is over.
    if (holds.find(vatID) === undefined) inboxes.close(issue);
    if (tag === 'message' || tag === 'startVat') return;
    const { delivery } = JSON.parse(text) as NumberedDelivery;
    switch (delivery[0]) {
      case 'notify':
        for (const [vref] of delivery[1]) {
          const entry = cLists.toKernel(vatID, vref);
          if (entry !== undefined) cLists.delete(vatID, vref, entry);
        }
        break;
      case 'dropExports':
        for (const vref of delivery[1]) {
          const entry = cLists.toKernel(vatID, vref);
          if (entry === undefined || !rules.dropIsFinal(entry, n)) continue;
          entry.dropping = 0;
          cLists.makeUnreachable(vatID, vref, entry);
        }
        break;
      case 'retireExports':
        for (const vref of delivery[1]) {
          const entry = cLists.toKernel(vatID, vref);
          if (entry === undefined || !rules.retireIsFinal(entry, n)) continue;
          cLists.delete(vatID, vref, entry);
          objects.delete(entry.kref as KObject);
        }
        break;
      case 'retireImports':
        for (const vref of delivery[1]) {
          const entry = cLists.toKernel(vatID, vref);
          if (entry?.retiring === n) cLists.delete(vatID, vref, entry);
        }
        break;
      default:
        break;
    }
  };

  return {
    finish,
    exitInfo: (vatID, info) => {
      checkSize([info]);
      return names.dataToKernel(vatID, info);
    },
    apply: (vatID, { n, syscalls: made }) => {
      let exit: Exit | undefined;
      for (const [syscall] of made) {
        const translated = blamingVat(translate, vatID, syscall, n);
        if (translated === undefined) continue;
        const asked = syscalls.apply(vatID, translated);
        exit ??= asked;
        // The vat may hold the facet with which it ends itself.
        if (!vats.isAlive(vatID)) return undefined;
        if (syscall[0] === 'resolve') {
          syscall[1].forEach(([vref]) => retireResolved(vatID, vref, n));
        }
      }
      return exit;
    },
  };
};
