/** What host and thread say to one another, beyond what every kind of thread says. */
import type { CommonMessage, CommonStart, CommonThreadData, VatIndex } from '@cooperage/worker-kit';

export type { VatIndex };

export interface StartMessage extends CommonStart {
  /** Module that exports `makeLiveSlots`; null for the one that threads have loaded. */
  readonly liveslots: string | null;
  /** Absent where this thread has the bundle from an earlier vat. */
  readonly bundle?: string;
  /** All rows of the vat's store, key and value in turn, where they are few. */
  readonly rows?: readonly string[];
}

export type ToThread =
  | readonly [tag: 'start', vat: VatIndex, start: StartMessage]
  | readonly [tag: 'replay' | 'deliver', vat: VatIndex, texts: string[]]
  | readonly [tag: 'stop', vat: VatIndex];

export type FromThread =
  | CommonMessage<'get' | 'getNextKey', FailureKind>
  | readonly [tag: 'ready', threadID: number | undefined];

/** Why a vat ended and its thread did not. */
export type FailureKind = 'crashed' | 'load-failed' | 'out-of-memory';

/** What a thread is started with. */
export interface ThreadData extends CommonThreadData {
  /** Megabytes that the thread's vats may keep in the heap and outside of it. */
  readonly heapLimit: number;
  readonly externalLimit: number;
}
