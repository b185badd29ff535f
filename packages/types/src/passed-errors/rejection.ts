/** Which party rejected a promise, and why: kept beside the reason, where no vat can write. */
import type { CapData } from '../data/capdata.js';
import type { ErrorCode } from '../errors.js';
import type { KObject, KRef, PeerID, VatID } from '../refs.js';

export interface RejectedBy {
  /** Why the kernel rejected it, or for which party; a vat that rejects with a reason of its own has none. */
  readonly code?: ErrorCode;
  /** The vat that rejected it, or that it is about. */
  readonly vat?: VatID;
  /** What that vat is called. */
  readonly name?: string;
  /** Why that vat ended, or was not upgraded, where there is a code for it. */
  readonly reasonCode?: ErrorCode;
  /** The peer kernel that said so, or that is lost. `name` is a name there. */
  readonly peer?: PeerID;
  /** The service that failed. */
  readonly service?: KObject;
  /** What failed, where one failure rejects many promises: the vat that ended, or the first of the promises. */
  readonly id?: VatID | KRef;
}

/** The reason of a rejected promise. Rows that former versions wrote do not name the party. */
export interface Rejection extends CapData<KRef> {
  readonly by?: RejectedBy;
}

/** `data` as the reason of a rejection by `by`, whatever else `data` has. */
export const rejectionBy = (by: RejectedBy, { body, slots }: CapData<KRef>): Rejection => ({
  body,
  slots,
  by,
});
