import type { VatDeliveryObject, VatSyscallObject, VRef } from '@cooperage/types';
import type { VatSideRules } from '../mutations/rules.js';

/**
 * What a vat has said of references in records that the kernel may not have seen yet. Deliveries that the kernel made
 * without them are withheld from the vat.
 */
export interface UnseenNames {
  /** A delivery comes, whose sender had seen the records up to this one. */
  seen(acked: number): void;
  /** A syscall names these exports in this crank. */
  named(vrefs: readonly VRef[], crank: number): void;
  /** A syscall retires this import in this crank. */
  retired(vref: VRef, crank: number): void;
  /** The import has come again. */
  returned(vref: VRef): void;
  /** What is left of a delivery; undefined if nothing. */
  withhold(delivery: VatDeliveryObject): VatDeliveryObject | undefined;
}

/** The references that a syscall brings to the kernel. */
export const namedBy = (syscall: VatSyscallObject): readonly VRef[] => {
  switch (syscall[0]) {
    case 'send':
      return [syscall[1], ...syscall[2].methargs.slots];
    case 'resolve':
      return syscall[1].flatMap(([, , { slots }]) => slots);
    case 'exit':
      return syscall[2].slots;
    default:
      return [];
  }
};

export const makeUnseenNames = (rules: VatSideRules): UnseenNames => {
  /** What was named or retired, and in which crank, since the newest record that the kernel had seen. */
  const named = new Map<VRef, number>();
  const retired = new Map<VRef, number>();

  return {
    seen: (acked) => {
      for (const crossed of [named, retired]) {
        for (const [vref, at] of crossed) if (at <= acked) crossed.delete(vref);
      }
    },
    named: (vrefs, crank) => vrefs.forEach((vref) => named.set(vref, crank)),
    retired: (vref, crank) => void retired.set(vref, crank),
    returned: (vref) => void retired.delete(vref),
    withhold: (delivery) => {
      switch (delivery[0]) {
        case 'dropExports':
        case 'retireExports':
        case 'retireImports': {
          const [tag, vrefs] = delivery;
          const isImports = tag === 'retireImports';
          const applies = isImports ? rules.withholdRetiredImports : rules.withholdNamedExports;
          const crossed = isImports ? retired : named;
          const left = applies ? vrefs.filter((vref) => !crossed.has(vref)) : vrefs;
          return left.length === 0 ? undefined : [tag, left];
        }
        default:
          return delivery;
      }
    },
  };
};
