/** Ends of a crank that are the vat's doing, and mean more than that its record is refused. */
import { reasonText, type Suspension, VatFault } from '@cooperage/kernel';
import type { CapData, VRef } from '@cooperage/types';

export const exitReason = (what: string, info: CapData<string>): string => {
  const why = reasonText(info);
  return why === undefined ? what : `${what}: ${why}`;
};

/** The crank used up what the vat, or what one crank of it, may use. */
export class Exhausted extends VatFault {
  constructor(
    readonly why: Suspension['why'],
    message: string,
  ) {
    super('METER_EXHAUSTED', message);
  }
}

/** The vat ended its crank by `exitVatWithFailure`: nothing of the crank counts but the reason. */
export class FailureExit extends VatFault {
  constructor(readonly info: CapData<VRef>) {
    super('VAT_TERMINATED', exitReason('the vat exited with failure', info));
  }
}
