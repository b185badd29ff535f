/**
 * Under the names and signatures of the published package, for programs that
 * are written for it: import this subpath in its place.
 */
import { makeCore } from './make-core.js';
import type { GcTools, LiveSlotsConsole, LiveSlotsSyscall } from '@cooperage/types';
import { makeLiveSlots } from './make-liveslots.js';

export { makeLiveSlots };

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
