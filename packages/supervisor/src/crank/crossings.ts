/**
 * The supervisor's half of the rules for messages that cross. With several deliveries out at once the
 * kernel translates some of them before it has seen what earlier cranks did; `acked` says how much it
 * had seen. What such a delivery takes back although the vat has used it since is withheld from
 * liveslots; the kernel, when it retires those cranks, comes to the same conclusion.
 */
import type { CapData, VatDeliveryObject, VatSyscallObject, VRef } from '@cooperage/types';
import { makeSinceAcked } from './since-acked.js';

export interface Crossings {
  /** Records up to `acked` were retired when the delivery at hand was translated. */
  advance(acked: number): void;
  /** Crank `n` made this syscall. */
  addSyscall(syscall: VatSyscallObject, n: number): void;
  /** What liveslots is to get; undefined where nothing is left of it. */
  admit(delivery: VatDeliveryObject): VatDeliveryObject | undefined;
}

const isExport = (vref: VRef): boolean => vref.startsWith('o+');

/** Every slot that a delivery brings into the vat. */
const slotsOf = (delivery: VatDeliveryObject): readonly VRef[] => {
  switch (delivery[0]) {
    case 'message':
      return delivery[2].methargs.slots;
    case 'notify':
      return delivery[1].flatMap(([, , data]) => data.slots);
    case 'startVat':
    case 'stopVat':
      return delivery[1].slots;
    case 'dropExports':
    case 'retireExports':
    case 'retireImports':
    case 'bringOutYourDead':
    case 'changeVatOptions':
      return [];
    default:
      return delivery satisfies never;
  }
};

export const makeCrossings = (): Crossings => {
  /** Exports that the vat named in syscalls. */
  const named = makeSinceAcked();
  /** Imports that the vat retired and has not been given again. */
  const retired = makeSinceAcked();

  const addNamed = (vrefs: readonly VRef[], n: number): void => {
    for (const vref of vrefs) if (isExport(vref)) named.add(vref, n);
  };
  const addData = (data: CapData<VRef>, n: number): void => {
    addNamed(data.slots, n);
  };

  const without = (
    tag: 'dropExports' | 'retireExports' | 'retireImports',
    vrefs: readonly VRef[],
    crossed: (vref: VRef) => boolean,
  ): VatDeliveryObject | undefined => {
    const left = vrefs.filter((vref) => !crossed(vref));
    return left.length === 0 ? undefined : [tag, left];
  };

  return {
    advance: (acked) => {
      named.advance(acked);
      retired.advance(acked);
    },
    addSyscall: (syscall, n) => {
      switch (syscall[0]) {
        case 'send':
          addNamed([syscall[1]], n);
          addData(syscall[2].methargs, n);
          return;
        case 'resolve':
          for (const [, , data] of syscall[1]) addData(data, n);
          return;
        case 'exit':
          addData(syscall[2], n);
          return;
        case 'retireExports':
        case 'abandonExports':
          addNamed(syscall[1], n);
          return;
        case 'retireImports':
          for (const vref of syscall[1]) retired.add(vref, n);
          return;
        case 'callNow':
          addNamed([syscall[1]], n);
          addData(syscall[3], n);
          return;
        case 'dropImports':
        case 'subscribe':
        case 'vatstoreGet':
        case 'vatstoreGetNextKey':
        case 'vatstoreSet':
        case 'vatstoreDelete':
          return;
        default:
          syscall satisfies never;
      }
    },
    admit: (delivery) => {
      const [tag] = delivery;
      switch (tag) {
        case 'dropExports':
        case 'retireExports':
          return without(tag, delivery[1], named.has);
        case 'retireImports':
          return without(tag, delivery[1], retired.has);
        case 'message':
        case 'notify':
        case 'startVat':
        case 'stopVat':
        case 'bringOutYourDead':
        case 'changeVatOptions':
          if (retired.size > 0) for (const vref of slotsOf(delivery)) retired.forget(vref);
          return delivery;
        default:
          return tag satisfies never;
      }
    },
  };
};
