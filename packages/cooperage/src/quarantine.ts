/** Quarantined vats, for operators. */
import type { KernelTables } from '@cooperage/kernel';
import { CooperageError, type Divergence, errorCapData, type VatID } from '@cooperage/types';
import type { Runner } from '@cooperage/vat-manager';
import { checked } from './host-calls.js';
import { findVat } from '@cooperage/tools';

/** A vat that gets no deliveries, because its replay diverged. */
export interface QuarantinedVat extends Divergence {
  readonly vatID: VatID;
  readonly name: string;
  /** The number of waiting deliveries. */
  readonly inbox: number;
}

export interface Quarantine {
  /** Quarantined vats, oldest first. */
  readonly quarantined: () => readonly QuarantinedVat[];
  /**
   * Lets the vat replay again with its next delivery.
   * @throws {CooperageError} `VAT_NOT_FOUND`; `BAD_ARGUMENT` if it is not in quarantine
   */
  readonly release: (vat: string) => void;
  /**
   * Terminates a vat, in quarantine or not.
   * @param reason for people, and for vats that hold references to it
   * @throws {CooperageError} `VAT_NOT_FOUND`
   */
  readonly terminate: (vat: string, reason: string) => void;
}

export const listQuarantined = ({ inboxes, quarantines, vats }: KernelTables): QuarantinedVat[] =>
  vats.list().flatMap((vatID) => {
    const divergence = quarantines.find(vatID);
    if (divergence === undefined) return [];
    const { name } = vats.options(vatID);
    return [{ vatID, name, inbox: inboxes.length(vatID), ...divergence }];
  });

export const makeQuarantine = (runner: Runner): Quarantine => {
  const { tables } = runner.core.kernel;
  const { quarantines, vats } = tables;

  const find = (vat: string): VatID => {
    const vatID = findVat(tables, vat);
    if (vats.isAlive(vatID)) return vatID;
    throw new CooperageError('VAT_NOT_FOUND', `vat "${vat}" was terminated`);
  };

  return {
    quarantined: () => listQuarantined(tables),
    release: checked('quarantine.release', (vat) => {
      const vatID = find(vat);
      if (!quarantines.has(vatID)) {
        throw new CooperageError('BAD_ARGUMENT', `vat "${vat}" is not in quarantine`);
      }
      runner.input((host) => host.release(vatID));
    }),
    terminate: checked('quarantine.terminate', (vat, reason) => {
      const vatID = find(vat);
      runner.input((host) => host.terminateVat(vatID, true, errorCapData(reason), reason));
    }),
  };
};
