/**
 * Heap images as bytes.
 *
 *     magic      8 bytes
 *     header     its length (4 bytes, little endian), then JSON
 *     chunks     of the difference to the base, each compressed by itself
 *     checksum   SHA-256 of all that precedes
 */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import type { MachineState } from './engine/engine.js';
import { applyDelta, type Delta, isDeltaOf } from './heap-delta.js';

export interface ImageHeader extends MachineState {
  /** The build that can read it. */
  readonly engine: string;
  /** SHA-512 of the image that this one is a difference to; null for a whole one. */
  readonly base: string | null;
  /** The newest crank that is in it. */
  readonly n: number;
  /** Bytes of each chunk, compressed and not. */
  readonly chunks: readonly (readonly [compressed: number, plain: number])[];
}

/** An image cannot be read, and why. */
export class BadImage extends Error {
  constructor(detail: string) {
    super(`the heap image cannot be used: ${detail}`);
    this.name = 'BadImage';
  }
}

const MAGIC = Buffer.from('COOPHEA2', 'latin1');
const CHECKSUM = 32;
/** Of compression: differences are made often, a whole image once. */
const QUALITY = { difference: 1, whole: 9 } as const;

export const hashOfImage = (bytes: Uint8Array): string =>
  createHash('sha512').update(bytes).digest('hex');

export interface ImageOptions {
  readonly engine: string;
  readonly state: MachineState;
  readonly n: number;
  /** Hash of the image that the delta is a difference to; absent where that is an empty memory. */
  readonly base?: string;
}

const bytesOf = (chunk: Uint32Array): Uint8Array =>
  new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);

const settingsFor = (chunk: Uint32Array, quality: number) => ({
  params: {
    [constants.BROTLI_PARAM_QUALITY]: quality,
    [constants.BROTLI_PARAM_SIZE_HINT]: chunk.byteLength,
  },
});

const assemble = (delta: Delta, compressed: readonly Uint8Array[], options: ImageOptions) => {
  const { engine, state, n, base = null } = options;
  const header: ImageHeader = {
    engine,
    base,
    n,
    chunks: compressed.map((each, i) => [each.length, (delta[i] as Uint32Array).byteLength]),
    ...state,
  };
  const headerBytes = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(headerBytes.length);
  const checksum = createHash('sha256');
  const parts = [MAGIC, length, headerBytes, ...compressed];
  for (const part of parts) checksum.update(part);
  return Buffer.concat([...parts, checksum.digest()]);
};

/** The image of a whole heap, made as small as can be. */
export const formatWholeImage = (delta: Delta, options: ImageOptions): Uint8Array =>
  assemble(
    delta,
    delta.map((chunk) => brotliCompressSync(bytesOf(chunk), settingsFor(chunk, QUALITY.whole))),
    options,
  );

const compressAside = promisify(brotliCompress) as (
  bytes: Uint8Array,
  settings: ReturnType<typeof settingsFor>,
) => Promise<Uint8Array>;

/** The image of a difference; compressed beside the thread, which runs vats meanwhile. */
export const formatImage = async (delta: Delta, options: ImageOptions): Promise<Uint8Array> =>
  assemble(
    delta,
    await Promise.all(
      delta.map(async (chunk) =>
        compressAside(bytesOf(chunk), settingsFor(chunk, QUALITY.difference)),
      ),
    ),
    options,
  );

const isNatural = (value: unknown): boolean =>
  Number.isSafeInteger(value) && (value as number) >= 0;

const isHeader = (value: unknown): value is ImageHeader => {
  if (typeof value !== 'object' || value === null) return false;
  const { engine, base, n, chunks, size, registers } = value as Partial<Record<string, unknown>>;
  return (
    typeof engine === 'string' &&
    (base === null || typeof base === 'string') &&
    [n, size].every(isNatural) &&
    Array.isArray(chunks) &&
    chunks.every((each) => Array.isArray(each) && each.length === 2 && each.every(isNatural)) &&
    Array.isArray(registers) &&
    registers.every((each) => Number.isSafeInteger(each))
  );
};

export interface ParsedImage {
  readonly header: ImageHeader;
  readonly compressed: Uint8Array;
}

/**
 * @param engine the build at hand
 * @throws {BadImage} for what is truncated, damaged, no image at all, or another build's
 */
export const parseImage = (bytes: Uint8Array, engine: string): ParsedImage => {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = MAGIC.length + 4;
  if (all.length < start + CHECKSUM || !all.subarray(0, MAGIC.length).equals(MAGIC)) {
    throw new BadImage('these bytes are not a whole heap image');
  }
  const body = all.subarray(0, all.length - CHECKSUM);
  if (!createHash('sha256').update(body).digest().equals(all.subarray(body.length))) {
    throw new BadImage('its checksum does not match: it is truncated or damaged');
  }
  const end = start + all.readUInt32LE(MAGIC.length);
  let header: unknown;
  try {
    header = JSON.parse(body.subarray(start, end).toString());
  } catch {
    header = undefined;
  }
  if (!isHeader(header)) throw new BadImage('its header cannot be read');
  if (header.engine !== engine) {
    throw new BadImage(`${header.engine} wrote it, and this is ${engine}`);
  }
  return { header, compressed: body.subarray(end) };
};

/** Room that the decompressor wants beyond what comes out, so that it is done at once. */
const SPARE = 64;

const decompress = (bytes: Uint8Array, length: number): Uint32Array => {
  let plain: Buffer;
  try {
    plain = brotliDecompressSync(bytes, { chunkSize: length + SPARE, maxOutputLength: length + 1 });
  } catch {
    throw new BadImage('it cannot be unpacked');
  }
  if (plain.length !== length) throw new BadImage('it is shorter than it says');
  const isAligned = plain.byteOffset % Uint32Array.BYTES_PER_ELEMENT === 0;
  const { buffer, byteOffset } = isAligned ? plain : new Uint8Array(plain);
  return new Uint32Array(buffer, byteOffset, length / Uint32Array.BYTES_PER_ELEMENT);
};

/**
 * What the image differs by from its base.
 * @throws {BadImage} where it cannot be unpacked, or does not fit together
 */
export const deltaOfImage = ({ header, compressed }: ParsedImage): Delta => {
  let at = 0;
  const delta = header.chunks.map(([length, plain]) => {
    const chunk = decompress(compressed.subarray(at, at + length), plain);
    at += length;
    return chunk;
  });
  if (!isDeltaOf(delta, header.size)) throw new BadImage('it has something beyond its end');
  return delta;
};

/** @param base what the delta is a difference to; an empty memory where there is none */
export const memoryOf = (size: number, delta: Delta, base?: Uint8Array): Uint8Array => {
  const memory = new Uint8Array(size);
  if (base !== undefined) memory.set(base.subarray(0, size));
  applyDelta(delta, memory);
  return memory;
};
