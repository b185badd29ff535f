import { CooperageError, hasCode } from '@cooperage/types';

/**
 * An invariant of the kernel is broken: a defect of ours, never a vat's doing.
 * Whoever drives the kernel aborts the crank and commits nothing any more.
 */
export const panic = (message: string): never => {
  throw new CooperageError('KERNEL_PANIC', `broken invariant: ${message}`);
};

/** Whether an error stops the kernel, whoever caused it: nothing of the crank is kept, and none follows. */
export const stopsKernel = (error: unknown): boolean =>
  hasCode(error, 'KERNEL_PANIC') || hasCode(error, 'CRITICAL_VAT_FAILED');

/** What a vat did that no vat may do: the record is refused and the vat ends. */
export const illegal = (message: string): never => {
  throw new CooperageError('ILLEGAL_SYSCALL', message);
};
