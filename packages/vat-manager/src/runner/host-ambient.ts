import { randomBytes } from 'node:crypto';
import { CooperageError, showValue } from '@cooperage/types';
import type { AmbientSource } from '@cooperage/kernel';
import { makeSeed } from './digest.js';

/** The source of time and randomness for vats with the option `ambient`. */
export type HostAmbient = Pick<AmbientSource, 'now' | 'entropy'>;

const HOST: HostAmbient = {
  now: () => Date.now(),
  entropy: () => randomBytes(32).toString('hex'),
};

/** The latest time that a `Date` can hold. */
const LATEST = 8.64e15;

/** @param from the host's own clock and randomness unless given */
export const makeAmbientSource = (from: HostAmbient = HOST): AmbientSource => ({
  now: () => {
    const time: unknown = from.now();
    if (typeof time === 'number' && time >= 0 && time <= LATEST) return time;
    throw new CooperageError(
      'BAD_ARGUMENT',
      `ambientSource.now() must return milliseconds since 1970, not ${showValue(time)}`,
    );
  },
  entropy: () => {
    const text: unknown = from.entropy();
    if (typeof text === 'string' && /^[0-9a-f]{64}$/.test(text)) return text;
    throw new CooperageError(
      'BAD_ARGUMENT',
      'ambientSource.entropy() must return 64 hexadecimal digits in lower case',
    );
  },
  makeSeed,
});
