/**
 * The time and the randomness of one vat: those of the crank that runs, as its delivery has them. A vat that is not given
 * them hears how it could be.
 */
import { chacha20 } from '@noble/ciphers/chacha.js';
import type { NumberedDelivery } from '@cooperage/types';

export interface Ambient {
  /** A crank begins. */
  readonly begin: (delivery: Pick<NumberedDelivery, 'time' | 'seed'>) => void;
  /** @throws where it is not given */
  readonly now: () => number;
  /** In [0, 1), with 53 bits. @throws where it is not given */
  readonly random: () => number;
  /** @throws where it is not given */
  readonly fill: (bytes: Uint8Array) => void;
}

const NO_TIME =
  'this vat has no clock: give it one with the vat option "ambient: { time: true }", the time of the crank ' +
  'that runs; or let it call the timer service';
const NO_RANDOMNESS =
  'this vat has no source of randomness: give it one with the vat option "ambient: { random: true }", which begins ' +
  'anew with each crank and is the same when the crank is run again';

/** Bytes that are made at once. */
const BLOCK = 1_024;
const NONCE = new Uint8Array(12);

const bytesOf = (digits: string): Uint8Array => {
  const bytes = new Uint8Array(digits.length / 2);
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = parseInt(digits.slice(2 * i, 2 * i + 2), 16);
  return bytes;
};

export const makeAmbient = (): Ambient => {
  let time: number | undefined;
  let seed: string | undefined;
  let block = new Uint8Array(0);
  let used = 0;
  let blocks = 0;

  /** The next bytes of the crank's key stream. */
  const take = (count: number): Uint8Array => {
    if (seed === undefined) throw TypeError(NO_RANDOMNESS);
    if (used + count > block.length) {
      // A block of the cipher has 64 bytes; its counter says which is next.
      const counter = blocks * (BLOCK / 64);
      block = chacha20(bytesOf(seed), NONCE, new Uint8Array(BLOCK), undefined, counter);
      blocks += 1;
      used = 0;
    }
    used += count;
    return block.subarray(used - count, used);
  };

  return {
    begin: (delivery) => {
      ({ time, seed } = delivery);
      block = new Uint8Array(0);
      used = 0;
      blocks = 0;
    },
    now: () => {
      if (time === undefined) throw TypeError(NO_TIME);
      return time;
    },
    random: () => {
      const bytes = take(8);
      const view = new DataView(bytes.buffer, bytes.byteOffset, 8);
      return ((view.getUint32(0) >>> 5) * 2 ** 26 + (view.getUint32(4) >>> 6)) / 2 ** 53;
    },
    fill: (bytes) => {
      for (let at = 0; at < bytes.length; at += BLOCK) {
        const count = Math.min(BLOCK, bytes.length - at);
        bytes.set(take(count), at);
      }
    },
  };
};
