/** Suspended vats, for operators. */
import type { KernelTables, Suspension } from '@cooperage/kernel';
import { CooperageError, type VatID } from '@cooperage/types';
import type { Runner } from '@cooperage/vat-manager';
import { checked } from './host-calls.js';
import { findVat } from '@cooperage/tools';
import { topUp } from './meters.js';

/** A vat that gets no deliveries until it has more computrons. */
export interface SuspendedVat extends Suspension {
  readonly vatID: VatID;
  readonly name: string;
  /** The number of waiting deliveries, without the one that was undone. */
  readonly inbox: number;
}

export interface SuspensionControl {
  /** Suspended vats, oldest first. */
  readonly suspended: () => readonly SuspendedVat[];
  /**
   * Tries the crank again with the computrons that the vat has.
   * @throws {CooperageError} `VAT_NOT_FOUND`; `BAD_ARGUMENT` if it is not suspended
   */
  readonly resume: (vat: string) => void;
  /**
   * Adds computrons to the meter of a vat, and of all vats that share it: those that are suspended because of it
   * continue.
   * @param computrons at least 1
   * @throws {CooperageError} `VAT_NOT_FOUND`; `BAD_ARGUMENT` if the vat has no meter
   */
  readonly topUp: (vat: string, computrons: bigint) => void;
}

export const listSuspended = ({ inboxes, suspensions, vats }: KernelTables): SuspendedVat[] =>
  vats.list().flatMap((vatID) => {
    const suspension = suspensions.find(vatID);
    if (suspension === undefined) return [];
    const { name } = vats.options(vatID);
    return [{ vatID, name, inbox: inboxes.length(vatID), ...suspension }];
  });

export const makeSuspensionControl = (runner: Runner): SuspensionControl => {
  const { tables } = runner.core.kernel;
  const { suspensions, vats } = tables;

  const find = (vat: string): VatID => {
    const vatID = findVat(tables, vat);
    if (vats.isAlive(vatID)) return vatID;
    throw new CooperageError('VAT_NOT_FOUND', `vat "${vat}" was terminated`);
  };

  return {
    suspended: () => listSuspended(tables),
    resume: checked('suspension.resume', (vat) => {
      const vatID = find(vat);
      if (suspensions.find(vatID) === undefined) {
        throw new CooperageError('BAD_ARGUMENT', `vat "${vat}" is not suspended`);
      }
      runner.input((host) => host.release(vatID));
    }),
    topUp: checked('suspension.topUp', (vat, computrons) => {
      const { meter } = vats.options(find(vat));
      if (meter === undefined) {
        throw new CooperageError('BAD_ARGUMENT', `vat "${vat}" has no meter to top up`);
      }
      topUp(runner, meter, computrons);
    }),
  };
};
