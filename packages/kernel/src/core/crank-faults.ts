/** Faults of a vat that end its crank in another way than a refused record. */
import { reasonText } from '../smallcaps.js';
import type { Suspension } from '../tables/vats/suspensions.js';
import { VatFault } from '../panic.js';
import type { CapData, CompletionRecord, VRef } from '@cooperage/types';

export const exitReason = (what: string, info: CapData<string>): string => {
  const why = reasonText(info);
  return why === undefined ? what : `${what}: ${why}`;
};

/** The crank used up the vat's meter or the limit of a crank. */
export class Exhausted extends VatFault {
  constructor(
    readonly why: Suspension['why'],
    message: string,
  ) {
    super('METER_EXHAUSTED', message);
  }
}

export const meterExhausted = (): Exhausted =>
  new Exhausted(
    'meter',
    'the crank used more computrons than the meter holds: top up the meter, or set whenExhausted to "suspend"',
  );

/**
 * The fault that a record reports of its own crank.
 * @param hasAllowance the delivery had an allowance, because the meter held less than the limit of a crank; it may
 * hold more by now
 */
export const faultIn = (
  { n, status: [kind, detail] }: CompletionRecord,
  hasAllowance: boolean,
): VatFault | undefined => {
  if (kind === 'error') {
    const code = n === 1 ? 'VAT_START_FAILED' : 'VAT_TERMINATED';
    return new VatFault(code, detail || 'it gave no reason');
  }
  if (kind !== 'exhausted') return undefined;
  const why = hasAllowance ? 'meter' : 'computronLimit';
  return new Exhausted(
    why,
    detail || 'the crank used more computrons than its computronLimit allows',
  );
};

/** The vat called `exitVatWithFailure`: only the reason counts, and the crank is undone. */
export class FailureExit extends VatFault {
  constructor(readonly info: CapData<VRef>) {
    super('VAT_TERMINATED', exitReason('the vat exited with failure', info));
  }
}
