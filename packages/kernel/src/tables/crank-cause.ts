import type { DeliveryNumber, ErrorCode, VatID } from '@cooperage/types';

/** A call of the `Host` interface, with its arguments. */
export type HostCall = readonly [method: string, ...args: unknown[]];

/** The cause of a crank: all that is needed to repeat it. */
export type CrankCause =
  /** The history began after the kernel: earlier cranks are not in it. */
  | readonly [tag: 'begin']
  | readonly [tag: 'input', calls: readonly HostCall[]]
  /** With the record, if it depends on garbage collection of the vat's engine, which is an input. */
  | readonly [tag: 'retire', vatID: VatID, n: DeliveryNumber, record?: string]
  | readonly [tag: 'refuse', vatID: VatID, n: DeliveryNumber, code: ErrorCode]
  | readonly [tag: 'suspend', vatID: VatID, n: DeliveryNumber];
