/** Frames of the control socket: four bytes of length, most significant first, then so many bytes of JSON in UTF-8. */
import { CooperageError } from '@cooperage/types';
import { protocolError } from './protocol.js';

const HEAD = 4;

/** @throws {CooperageError} `CONTROL_LIMIT` where the value is longer than the other side takes */
export const encodeFrame = (value: unknown, limit: number): Buffer => {
  const text = JSON.stringify(value);
  const length = Buffer.byteLength(text);
  if (length > limit) {
    throw new CooperageError(
      'CONTROL_LIMIT',
      `the answer has ${length} bytes and the control socket carries ${limit}: ask for less at a time`,
    );
  }
  const frame = Buffer.allocUnsafe(HEAD + length);
  frame.writeUInt32BE(length);
  frame.write(text, HEAD);
  return frame;
};

export interface FrameReader {
  /** Takes what came in. */
  add(bytes: Buffer): void;
  /**
   * The next frame that is whole.
   * @throws {CooperageError} `CONTROL_PROTOCOL` for a frame that is too long or no JSON
   */
  next(): { readonly value: unknown } | undefined;
}

/** @param limit the longest frame that is taken, asked for anew with each frame */
export const makeFrameReader = (limit: () => number): FrameReader => {
  let chunks: Buffer[] = [];
  let length = 0;
  /** Of the frame that has begun. */
  let expected: number | undefined;

  const take = (count: number): Buffer => {
    const all = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
    chunks = all.length === count ? [] : [all.subarray(count)];
    length -= count;
    return all.subarray(0, count);
  };

  return {
    add: (bytes) => {
      if (bytes.length === 0) return;
      chunks.push(bytes);
      length += bytes.length;
    },
    next: () => {
      if (expected === undefined) {
        if (length < HEAD) return undefined;
        expected = take(HEAD).readUInt32BE();
        if (expected > limit()) {
          throw protocolError(`a frame of ${expected} bytes is too long; the limit is ${limit()}`);
        }
      }
      if (length < expected) return undefined;
      const text = take(expected).toString('utf8');
      expected = undefined;
      try {
        return { value: JSON.parse(text) as unknown };
      } catch {
        throw protocolError('a frame is not JSON');
      }
    },
  };
};
