import type { KernelTables, Suspension } from '@cooperage/kernel';
import type { Divergence, KObject, VatID } from '@cooperage/types';

/** Why a vat that is alive is handed out nothing. */
export type Standstill =
  | ({ readonly kind: 'quarantined' } & Divergence)
  | ({
      readonly kind: 'suspended';
      /** The meter that it waits for; null where it met the limit of a crank. */
      readonly meter: KObject | null;
    } & Suspension)
  | {
      readonly kind: 'slowed';
      /** The vat whose inbox it has filled. */
      readonly receiver: VatID;
    };

export const standstillOf = (tables: KernelTables, vatID: VatID): Standstill | undefined => {
  const { backPressure, quarantines, suspensions, vats } = tables;
  const divergence = quarantines.find(vatID);
  if (divergence !== undefined) return { kind: 'quarantined', ...divergence };
  const suspension = suspensions.find(vatID);
  if (suspension !== undefined) {
    const { meter } = vats.options(vatID);
    const waitsFor = suspension.why === 'meter' ? meter : undefined;
    return { kind: 'suspended', meter: waitsFor ?? null, ...suspension };
  }
  const receiver = backPressure.receiver(vatID);
  return receiver === undefined ? undefined : { kind: 'slowed', receiver };
};
