import { clip, CooperageError, type ErrorCode, messageOf, type Work } from '@cooperage/types';

/**
 * Stops the kernel: nothing of the crank is kept, and none follows. Thrown where an invariant of the kernel is broken,
 * where the store below it fails, and where a critical vat ends; never because of what a guest says.
 */
export class KernelStop extends CooperageError {}

/** A vat did what no vat may: its record is refused whole, and the vat ends. */
export class VatFault extends CooperageError {
  /** No check foresaw it, so it is a defect of ours as well: nothing but the vat ends, but it should be reported. */
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

/** An invariant of the kernel is broken: a defect of ours, never a vat's doing. */
export const panic = (message: string): never => {
  throw new KernelStop('KERNEL_PANIC', `broken invariant: ${message}`);
};

/** Whether an error stops the kernel, whatever its cause. */
export const stopsKernel = (error: unknown): error is KernelStop => error instanceof KernelStop;

/** What a vat did that no vat may. */
export const illegal = (message: string): never => {
  throw new VatFault('ILLEGAL_SYSCALL', message);
};

/** What was thrown while a vat's data was looked at is the vat's fault, foreseen or not, unless it stops the kernel. */
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
 * Runs what parses, checks or translates a vat's data. Whatever it throws is the vat's fault, foreseen or not, unless
 * it stops the kernel: every error that a guest can cause must be blamed on the guest.
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

/** What was thrown where nothing looks at a vat's data: the kernel stops. What the store says keeps its code. */
export const asStop = (thrown: unknown, during: string): KernelStop => {
  if (stopsKernel(thrown)) return thrown;
  const isOfStore = thrown instanceof CooperageError && thrown.code.startsWith('STORE_');
  const code = isOfStore ? thrown.code : 'KERNEL_PANIC';
  return new KernelStop(code, `${during}: ${messageOf(thrown)}`, { cause: thrown });
};
