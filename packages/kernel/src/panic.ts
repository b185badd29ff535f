import { clip, CooperageError, type ErrorCode, messageOf, type Work } from '@cooperage/types';

/**
 * Stops the kernel: the crank is undone, and no other follows. Thrown if an invariant of the kernel is broken, the
 * store fails, or a critical vat terminates; never because of a guest's data.
 */
export class KernelStop extends CooperageError {}

/** A vat violated the rules: its record is refused, and the vat terminates. */
export class VatFault extends CooperageError {
  /**
   * No check anticipated this fault. Only the vat terminates, but it is also a defect of the kernel that should be
   * reported.
   */
  readonly unforeseen: boolean;

  constructor(
    code: ErrorCode,
    message: string,
    { unforeseen = false, cause }: { readonly unforeseen?: boolean; readonly cause?: unknown } = {},
  ) {
    super(code, clip(message), cause === undefined ? undefined : { cause });
    this.unforeseen = unforeseen;
  }
}

/** An invariant of the kernel is broken: a defect of the kernel, never of a vat. */
export const panic = (message: string): never => {
  throw new KernelStop('KERNEL_PANIC', `broken invariant: ${message}`);
};

/** Whether an error stops the kernel. */
export const stopsKernel = (error: unknown): error is KernelStop => error instanceof KernelStop;

/** Reports a violation by a vat. */
export const illegal = (message: string): never => {
  throw new VatFault('ILLEGAL_SYSCALL', message);
};

/** An error during the examination of a vat's data is the vat's fault, unless it stops the kernel. */
const asFault = (thrown: unknown): VatFault | KernelStop => {
  if (thrown instanceof VatFault || stopsKernel(thrown)) return thrown;
  if (thrown instanceof CooperageError) {
    return new VatFault(thrown.code, thrown.message, { cause: thrown });
  }
  return new VatFault('MALFORMED_RECORD', `it cannot be processed: ${messageOf(thrown)}`, {
    unforeseen: true,
    cause: thrown,
  });
};

/**
 * Wraps a function that parses, checks or translates a vat's data. Every error that a guest can cause must be blamed
 * on the guest, so all errors of the function are faults of the vat, except those that stop the kernel.
 */
export const blamingVat = <Args extends readonly unknown[], Result>(
  look: (...args: Args) => Result,
  ...args: Args
): Result => {
  try {
    return look(...args);
  } catch (thrown) {
    throw asFault(thrown);
  }
};

/** The same for work that is done in slices. */
export const blamingVatInSlices = function* <Result>(work: Work<Result>): Work<Result> {
  try {
    return yield* work;
  } catch (thrown) {
    throw asFault(thrown);
  }
};

/** An error outside the examination of vat data stops the kernel. An error of the store keeps its code. */
export const asStop = (thrown: unknown, during: string): KernelStop => {
  if (stopsKernel(thrown)) return thrown;
  const isOfStore = thrown instanceof CooperageError && thrown.code.startsWith('STORE_');
  const code = isOfStore ? thrown.code : 'KERNEL_PANIC';
  return new KernelStop(code, `${during}: ${messageOf(thrown)}`, { cause: thrown });
};
