/** What host and thread say to one another. Each post is an array of these, in order. */
import type { MessagePort } from 'node:worker_threads';
import type { Build } from './engine/engine.js';
import type { ConsoleLevel, Divergence, VatID, WorkerExit } from '@cooperage/types';

/** A vat's place in its thread: given out by the host, never used again in the same thread. */
export type VatIndex = number;

export interface StartMessage {
  readonly vatID: VatID;
  readonly name: string;
  readonly liveslots: string;
  readonly bundleID: string;
  readonly build: Build;
  /** Milliseconds. */
  readonly crankTimeLimit: number;
  readonly computronLimit?: number;
  /** Bytes. */
  readonly memoryLimit: number;
  /** The image to start from, and what each is based on in turn, as far as threads do not have it. */
  readonly images?: readonly NamedImage[];
}

export interface NamedImage {
  readonly hash: string;
  readonly bytes: Uint8Array;
}

export type ToThread =
  | readonly [tag: 'start', vat: VatIndex, start: StartMessage]
  | readonly [tag: 'replay', vat: VatIndex, texts: string[]]
  /** With what the crank of each may use, where that is less than the vat's limit. */
  | readonly [
      tag: 'deliver',
      vat: VatIndex,
      texts: string[],
      computrons: (number | undefined)[] | undefined,
    ]
  | readonly [tag: 'snapshot', vat: VatIndex]
  | readonly [tag: 'stop', vat: VatIndex];

/** An image that was taken; `base` is given where the host may not have it. */
export interface TakenImage {
  readonly n: number;
  readonly engine: string;
  readonly base: string | undefined;
  readonly bytes: Uint8Array;
}

export type ReadOperation = 'get' | 'getNextKey' | 'bundle';

export type FromThread =
  | readonly [tag: 'log', text: string]
  | readonly [tag: 'records', vat: VatIndex, texts: string[]]
  | readonly [tag: 'replayed', vat: VatIndex, n: number, entries: number]
  | readonly [tag: 'diverged', vat: VatIndex, divergence: Divergence]
  | readonly [tag: 'console', vat: VatIndex, level: ConsoleLevel, text: string]
  | readonly [tag: 'image', vat: VatIndex, image: TakenImage | undefined]
  | readonly [tag: 'base', hash: string, bytes: Uint8Array]
  | readonly [tag: 'failed', vat: VatIndex, kind: WorkerExit['kind'], n: number, message: string]
  | readonly [tag: 'stopped', vat: VatIndex]
  | readonly [tag: 'read', vat: VatIndex, operation: ReadOperation, key: string];

/** What a thread is started with. */
export interface ThreadData {
  /** For `makeCrankSigns`. */
  readonly signs: SharedArrayBuffer;
  /** One number: the vat whose crank is to be broken off. */
  readonly halt: SharedArrayBuffer;
  /** Counts the answers that were posted. */
  readonly answered: SharedArrayBuffer;
  readonly answers: MessagePort;
  /** Files of scripts that leave `makeLiveSlots` on the global object, by the names that vats ask for. */
  readonly liveslots: Readonly<Record<string, string>>;
  /** Machines of each build that the thread's vats share. */
  readonly awake: number;
  /** The build on which vats run that nobody meters. */
  readonly unmetered: Build;
}
