/** What host and thread say to one another, beyond what every kind of thread says. */
import type {
  CommonMessage,
  CommonStart,
  CommonThreadData,
  TakenImage,
  VatIndex,
} from '@cooperage/worker-kit';
import type { Build } from './engine/engine.js';

export type { TakenImage, VatIndex };

export interface StartMessage extends CommonStart {
  readonly liveslots: string;
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

export type ReadOperation = 'get' | 'getNextKey' | 'bundle';

export type FromThread =
  | CommonMessage<ReadOperation>
  | readonly [tag: 'image', vat: VatIndex, image: TakenImage | undefined]
  | readonly [tag: 'base', hash: string, bytes: Uint8Array];

/** What a thread is started with. */
export interface ThreadData extends CommonThreadData {
  /** One number: the vat whose crank is to be broken off. */
  readonly stopFlag: SharedArrayBuffer;
  /** Files of scripts that leave `makeLiveSlots` on the global object, by the names that vats ask for. */
  readonly liveslots: Readonly<Record<string, string>>;
  /** Machines of each build that the thread's vats share. */
  readonly machineSlots: number;
  /** The build for vats that are not metered. */
  readonly unmetered: Build;
}
