/**
 * What one vat may say in its next record, by a model of its c-list that shares no code with the kernel's: which
 * references it has, which of them it has let go of, and which promises it decides.
 */
import {
  type CapData,
  type CompletionRecord,
  isPromiseRef,
  isVatAllocated,
  type KPromise,
  type NumberedDelivery,
  type VatID,
  type VatSyscallObject,
  type VRef,
} from '@cooperage/types';
import type { Core } from '../../src/core/core-contract.js';

interface Known {
  isReachable: boolean;
  /** A delivery after the one that is completed names it. */
  readonly isNamedLater: boolean;
}

export interface VatKnowledge {
  /** The number of the delivery whose record is due; none is out where it is undefined. */
  readonly n: number | undefined;
  readonly known: ReadonlyMap<VRef, Readonly<Known>>;
  /** Promises that the vat decides. */
  readonly decided: ReadonlySet<VRef>;
  /** Whether the vat may make this syscall now; what follows from it is known from then on, if it may. */
  admits(syscall: VatSyscallObject): boolean;
  /** Whether the kernel may accept the record. The knowledge is used up. */
  admitsRecord(record: CompletionRecord): boolean;
}

const isImport = (vref: VRef): boolean => !isVatAllocated(vref);

export const knowledgeOf = ({ kernel: { tables } }: Core, vatID: VatID): VatKnowledge => {
  const n = tables.windows.acked(vatID) + 1;
  const out = tables.windows.find(vatID, n as never);
  const known = new Map<VRef, Known>();
  const decided = new Set<VRef>();
  const delivery =
    out === undefined ? undefined : (JSON.parse(out.text) as NumberedDelivery).delivery;
  for (const [vref, { kref, reachable, named, dropping, retiring }] of tables.cLists.list(vatID)) {
    // Completing its delivery is what makes these final.
    if (retiring === n) continue;
    known.set(vref, { isReachable: reachable && dropping !== n, isNamedLater: named > n });
    if (!isPromiseRef(kref)) continue;
    const { state, decider } = tables.promises.get(kref as KPromise);
    if (state === 'unresolved' && decider === vatID) decided.add(vref);
  }
  if (delivery?.[0] === 'notify') for (const [vref] of delivery[1]) known.delete(vref);

  const forget = (vref: VRef): void => {
    known.delete(vref);
    decided.delete(vref);
  };

  /** The vat names something: an import that it has and has not let go of, or any export. */
  const names = (vref: VRef): boolean => {
    if (vref.startsWith('d')) return false;
    const found = known.get(vref);
    if (found === undefined) {
      if (isImport(vref)) return false;
      known.set(vref, { isReachable: true, isNamedLater: false });
      if (isPromiseRef(vref)) decided.add(vref);
      return true;
    }
    if (isPromiseRef(vref)) return true;
    if (isImport(vref)) return found.isReachable;
    found.isReachable = true;
    return true;
  };

  const namesAll = ({ slots }: CapData<VRef>): boolean => slots.every(names);

  /** Takes from the vat the right to decide the promise; false where it has not got it. */
  const gives = (vref: VRef): boolean => isPromiseRef(vref) && decided.delete(vref);

  const letsGo = (tag: string, vref: VRef): boolean => {
    const found = known.get(vref);
    if (found === undefined || isPromiseRef(vref) || isImport(vref) !== tag.endsWith('Imports'))
      return false;
    // It means what it had before, and has it anew.
    if (isImport(vref) && found.isNamedLater) return true;
    if (tag === 'dropImports') {
      if (!found.isReachable) return false;
      found.isReachable = false;
      return true;
    }
    if (found.isReachable && tag !== 'abandonExports') return false;
    forget(vref);
    return true;
  };

  const admits = (syscall: VatSyscallObject): boolean => {
    switch (syscall[0]) {
      case 'send': {
        const [, target, { methargs, result }] = syscall;
        if (!names(target) || !namesAll(methargs)) return false;
        return result === null || (names(result) && gives(result));
      }
      case 'subscribe':
        return names(syscall[1]) && isPromiseRef(syscall[1]);
      case 'resolve':
        if (!syscall[1].every(([vpid, , data]) => names(vpid) && namesAll(data))) return false;
        if (!syscall[1].every(([vpid]) => gives(vpid))) return false;
        for (const [vpid] of syscall[1]) if (known.get(vpid)?.isNamedLater === false) forget(vpid);
        return true;
      case 'exit':
        return namesAll(syscall[2]);
      case 'dropImports':
      case 'retireImports':
      case 'retireExports':
      case 'abandonExports':
        return syscall[1].every((vref) => letsGo(syscall[0], vref));
      case 'callNow':
        return false;
      default:
        return true;
    }
  };

  return {
    n: out === undefined ? undefined : n,
    known,
    decided,
    admits,
    admitsRecord: (record) =>
      record.n === n &&
      out !== undefined &&
      record.status[0] === 'ok' &&
      // An exit with failure undoes its crank: it is a refusal that the vat asks for.
      record.syscalls.find(([[tag]]) => tag === 'exit')?.[0][1] !== true &&
      record.syscalls.every(([syscall]) => admits(syscall)),
  };
};
