/** The vats that have a worker, and the state of each worker. */
import type { OutRow } from '@cooperage/kernel';
import type { DeliveryNumber, VatID } from '@cooperage/types';
import type { Imaged } from './imaging.js';

export type Posted = Pick<OutRow, 'text' | 'computrons'>;

export interface OnlineVat extends Imaged {
  /** Deliveries to post. */
  outbox: Posted[];
  /** The newest delivery whose record came. */
  heard: number;
  /** The deliveries of the past that it was given to repeat: the first, the last, and the newest that it has repeated. */
  readonly past: { readonly from: number; readonly to: number; repeated: number };
  /** Records retired since it came up. */
  retired: number;
  /** It is given nothing more, so that another vat can have its place. */
  leaving: boolean;
}

export const makeRegister = () => ({
  /** Least recently used first. */
  onlineVats: new Map<VatID, OnlineVat>(),
  toPost: new Set<OnlineVat>(),
  /** Vats with deliveries out. */
  busy: new Set<VatID>(),
  /** How often in a row a vat's worker was lost without a record retired. */
  losses: new Map<VatID, number>(),
  /**
   * Vats whose replay diverged in one worker, with the image from which it began: another worker, in a thread of its
   * own, repeats the replay before that is believed.
   */
  doubted: new Map<VatID, DeliveryNumber | undefined>(),
});

export type Register = ReturnType<typeof makeRegister>;
