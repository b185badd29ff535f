/** Data for a kernel that runs elsewhere: values without references become capdata here. */
import type { CapData } from '@cooperage/types';
import { CooperageError } from '@cooperage/types';
import { makeCodec } from '../host/codec.js';

const refuse = (): never => {
  throw new CooperageError('BAD_ARGUMENT', 'references cannot be used outside the kernel');
};

const codec = makeCodec({ send: refuse, retain: refuse, release: refuse, promiseFor: refuse });

/** @throws {CooperageError} `BAD_ARGUMENT` for what cannot be passed to a vat */
export const encodeOutside = (value: unknown, path: string): CapData => codec.encode(value, path);
