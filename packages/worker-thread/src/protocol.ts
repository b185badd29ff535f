/**
 * What host and thread say to one another. Each post is an array of these, in order: texts stay the
 * texts that they are, because cloning strings is cheaper than cloning what they describe.
 */
import type { MessagePort } from 'node:worker_threads';
import type { ConsoleLevel, Divergence, VatID } from '@cooperage/types';

/** A vat's place in its thread: given out by the host, never used again in the same thread. */
export type VatIndex = number;

export interface StartMessage {
  readonly vatID: VatID;
  readonly name: string;
  /** Module that exports `makeLiveSlots`; null for the one that threads have loaded. */
  readonly liveslots: string | null;
  readonly bundleID: string;
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
  | readonly [tag: 'ready', threadID: number | undefined]
  | readonly [tag: 'log', text: string]
  | readonly [tag: 'records', vat: VatIndex, texts: string[]]
  | readonly [tag: 'replayed', vat: VatIndex, n: number, entries: number]
  | readonly [tag: 'diverged', vat: VatIndex, divergence: Divergence]
  | readonly [tag: 'console', vat: VatIndex, level: ConsoleLevel, text: string]
  | readonly [tag: 'failed', vat: VatIndex, kind: FailureKind, n: number, message: string]
  | readonly [tag: 'stopped', vat: VatIndex]
  | readonly [tag: 'read', vat: VatIndex, operation: 'get' | 'getNextKey', key: string];

/** Why a vat ended and its thread did not. */
export type FailureKind = 'crashed' | 'load-failed' | 'out-of-memory';

/** What the host answers to `read`: null for a miss. */
export type ReadAnswer = string | null;

/** What a thread is started with. */
export interface ThreadData {
  /** For {@link makeCrankSigns}. */
  readonly signs: SharedArrayBuffer;
  /** Counts the answers that were posted. */
  readonly answered: SharedArrayBuffer;
  readonly answers: MessagePort;
  /** Megabytes that the thread's vats may keep in the heap and outside of it. */
  readonly heapLimit: number;
  readonly externalLimit: number;
}
