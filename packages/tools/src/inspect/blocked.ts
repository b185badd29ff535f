import type { KernelTables, Suspension } from '@cooperage/kernel';
import type { Divergence, KObject, PeerID, VatID } from '@cooperage/types';

/** Why a living vat gets no deliveries. */
export type Blocked =
  | ({ readonly kind: 'quarantined' } & Divergence)
  | ({
      readonly kind: 'suspended';
      /** The exhausted meter; null if a crank reached its limit. */
      readonly meter: KObject | null;
    } & Suspension)
  | {
      readonly kind: 'slowed';
      /** The vat whose inbox is full, or the other kernel to which too many messages are on their way. */
      readonly receiver: VatID | PeerID;
    };

export const findBlocked = (tables: KernelTables, vatID: VatID): Blocked | undefined => {
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
