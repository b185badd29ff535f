/** Data for a kernel that runs elsewhere: values without references become capdata here. */
import type { CapData } from '@cooperage/types';
import { CooperageError } from '@cooperage/types';
import { makeCodec } from '../host/codec.js';
import { makePresences } from '../host/references/presences.js';

const refuse = (): never => {
  throw new CooperageError('BAD_ARGUMENT', 'references cannot be used outside the kernel');
};

const codec = makeCodec({
  presences: makePresences({
    send: refuse,
    retain: refuse,
    release: refuse,
    isRoot: () => false,
    collects: false,
  }),
  findOwn: () => undefined,
  promiseFor: refuse,
});

/** @throws {CooperageError} `BAD_ARGUMENT` for what cannot be passed to a vat */
export const encodeOutside = (value: unknown, path: string): CapData => {
  const { body, slots } = codec.encode(value, path);
  return slots.length > 0 ? refuse() : { body, slots: [] };
};
