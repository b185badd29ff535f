/**
 * Under the names and signatures of the published package, for programs that
 * are written for it: import this subpath in its place.
 */
import { environmentOptionsListHas } from '@endo/env-options';
import { makeCore } from './vat/make-core.js';
import type { GcTools, LiveSlotsConsole, LiveSlotsSyscall } from '@cooperage/types';
import { makeLiveSlots as make } from './make-liveslots.js';
import type { VatDeliveryObject } from './published-types.js';

export {
  insistMessage,
  insistVatDeliveryObject,
  insistVatDeliveryResult,
  insistVatSyscallObject,
  insistVatSyscallResult,
} from './published-shapes.js';
export type * from './published-types.js';

type Made = ReturnType<typeof make>;

/** References in its deliveries may be any strings. */
export interface PublishedLiveSlots extends Omit<Made, 'dispatch'> {
  dispatch(delivery: VatDeliveryObject | Parameters<Made['dispatch']>[0]): Promise<unknown>;
}

/** As the published package does: `DEBUG=label-instances` in the environment names each object of a kind by its vref. */
export const makeLiveSlots = (
  ...[syscall, vatID, powers, options, ...rest]: Parameters<typeof make>
): PublishedLiveSlots =>
  make(
    syscall,
    vatID,
    powers,
    { labelInstances: environmentOptionsListHas('DEBUG', 'label-instances'), ...options },
    ...rest,
  );

/** A marshaller with tables of its own, and no vat. */
export const makeMarshaller = (syscall: LiveSlotsSyscall, gcTools: GcTools, vatID = 'forVatID') => {
  const { console } = globalThis as unknown as { console: LiveSlotsConsole };
  const { encoder, decode } = makeCore(syscall, vatID, gcTools, console);
  const m = {
    toCapData: encoder.encode,
    fromCapData: decode,
    serialize: encoder.encode,
    unserialize: decode,
  };
  return { m };
};
