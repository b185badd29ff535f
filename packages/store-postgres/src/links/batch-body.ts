import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import { CooperageError, type PeerMessage } from '@cooperage/types';

const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);

/** Bytes from which deflating is worth its time. */
const DEFLATE_FROM = 4_096;

/**
 * Messages with successive numbers, as they stand in a row:
 *
 *     1 byte    1 where the rest is deflated
 *     texts     a JSON array of the texts
 */
export const encodeBatch = async (messages: readonly PeerMessage[]): Promise<Buffer> => {
  const texts = Buffer.from(JSON.stringify(messages.map(({ text }) => text)));
  const isDeflated = texts.length >= DEFLATE_FROM;
  return Buffer.concat([
    Buffer.from([isDeflated ? 1 : 0]),
    isDeflated ? await deflate(texts, { level: 1 }) : texts,
  ]);
};

/** @throws {CooperageError} `STORE_CORRUPT` */
export const decodeBatch = async (which: string, body: Buffer): Promise<readonly string[]> => {
  const rest = body.subarray(1);
  try {
    const texts = body[0] === 1 ? await inflate(rest) : rest;
    return JSON.parse(texts.toString('utf8')) as readonly string[];
  } catch (cause) {
    throw new CooperageError(
      'STORE_CORRUPT',
      `messages of ${which} cannot be read; restore the database from a backup`,
      { cause },
    );
  }
};
