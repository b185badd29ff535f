/** How a vat ends itself: the kernel does it when the crank is over. */
import harden from '@endo/harden';
import type { LiveSlotsSyscall } from '@cooperage/types';
import type { CapDataLimits } from '../refs/capdata-limits.js';
import type { Encoder } from '../refs/encoder.js';
import type { Exports } from '../refs/exports.js';

export interface ExitPowers {
  /** Keeps what this crank did, and ends the vat. */
  exitVat(completion?: unknown): void;
  /** Throws away what this crank did, and ends the vat. */
  exitVatWithFailure(reason: unknown): void;
}

export const makeExitPowers = (
  syscall: Pick<LiveSlotsSyscall, 'exit'>,
  exports: Exports,
  encoder: Encoder,
  limits: CapDataLimits,
): ExitPowers => {
  const exit = (isFailure: boolean, info: unknown): void => {
    const data = encoder.encode(harden(info));
    const excess = limits.excessOf([data]);
    if (excess === undefined) {
      exports.retain(data.slots);
      syscall.exit(isFailure, data);
    } else {
      syscall.exit(true, encoder.encode(excess));
    }
  };
  return {
    exitVat: (completion) => exit(false, completion),
    exitVatWithFailure: (reason) => exit(true, reason),
  };
};
