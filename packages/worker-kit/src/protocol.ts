/**
 * What every kind of thread says to its host. Each post is an array of messages, in order: texts stay
 * the texts that they are, because cloning strings is cheaper than cloning what they describe.
 */
import type { MessagePort } from 'node:worker_threads';
import type { ConsoleLevel, Divergence, VatID, WorkerExit } from '@cooperage/types';

/** A vat's place in its thread: given out by the host, never used again in the same thread. */
export type VatIndex = number;

/** A heap image that was taken; `base` is given where the host may not have it. */
export interface TakenImage {
  readonly n: number;
  readonly engine: string;
  readonly base: string | undefined;
  readonly bytes: Uint8Array;
}

/** Messages that go on to the vat's sink. */
export type VatMessage =
  | readonly [tag: 'records', vat: VatIndex, texts: string[], times: number[]]
  | readonly [tag: 'replayed', vat: VatIndex, n: number, entries: number]
  | readonly [tag: 'diverged', vat: VatIndex, divergence: Divergence]
  | readonly [tag: 'console', vat: VatIndex, level: ConsoleLevel, text: string, n: number]
  | readonly [tag: 'image', vat: VatIndex, image: TakenImage | undefined];

/** Messages that any thread sends, by what its vats may ask and how they may fail. */
export type CommonMessage<
  Operation extends string = string,
  Kind extends WorkerExit['kind'] = WorkerExit['kind'],
> =
  | Exclude<VatMessage, readonly ['image', ...unknown[]]>
  | readonly [tag: 'log', text: string]
  | readonly [tag: 'failed', vat: VatIndex, kind: Kind, n: number, message: string]
  | readonly [tag: 'stopped', vat: VatIndex]
  | readonly [tag: 'read', vat: VatIndex, operation: Operation, key: string];

/** What the host answers to `read`: null for a miss. */
export type ReadAnswer = string | null;

/** What each thread is started with. */
export interface CommonThreadData {
  /** For `makeCrankSigns`. */
  readonly signs: SharedArrayBuffer;
  /** Counts the answers that were posted. */
  readonly answered: SharedArrayBuffer;
  readonly answers: MessagePort;
}

/** What a thread needs to know of each vat that it starts. */
export interface CommonStart {
  readonly vatID: VatID;
  readonly name: string;
  readonly bundleID: string;
}
