/**
 * Bytes on their way to and from vats. `@endo/pass-style` has a style for them that `@endo/marshal` does not write down yet,
 * so that they travel as a tagged base64 text, which every liveslots passes on.
 */
import './shims.js';
import { makeTagged } from '@endo/pass-style';
import { types } from 'node:util';

export const BYTES_TAG = 'bytes';

/** A `Uint8Array` (Node's `Buffer` is one) or an `ArrayBuffer`. */
export const isBytes = (value: object): value is Uint8Array | ArrayBuffer =>
  types.isUint8Array(value) || types.isArrayBuffer(value);

/** What stands for bytes in what is sent: a copy of them. */
export const copyBytes = (value: Uint8Array | ArrayBuffer): object => {
  const bytes = types.isUint8Array(value)
    ? Buffer.from(value.buffer, value.byteOffset, value.byteLength)
    : Buffer.from(value);
  return makeTagged(BYTES_TAG, bytes.toString('base64'));
};

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** The bytes of a tagged text; undefined where it is none. */
export const bytesOf = (payload: unknown): Uint8Array | undefined =>
  typeof payload === 'string' && payload.length % 4 === 0 && BASE64.test(payload)
    ? new Uint8Array(Buffer.from(payload, 'base64'))
    : undefined;
