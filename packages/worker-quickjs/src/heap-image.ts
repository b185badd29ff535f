/**
 * Heap images as bytes.
 *
 *     magic      8 bytes
 *     header     its length (4 bytes, little endian), then JSON
 *     pages      compressed: the numbers of those that differ from the base, then what they differ by
 *     checksum   SHA-256 of all that precedes
 */
import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { MachineState } from './engine/engine.js';

export interface ImageHeader extends MachineState {
  /** The build that can read it. */
  readonly engine: string;
  /** SHA-512 of the image that this one is a difference to; null for a whole one. */
  readonly base: string | null;
  /** The newest crank that is in it. */
  readonly n: number;
  readonly pages: number;
}

/** An image cannot be read, and why. */
export class BadImage extends Error {
  constructor(detail: string) {
    super(`the heap image cannot be used: ${detail}`);
    this.name = 'BadImage';
  }
}

/** Bytes; differences are found and stored by pages of this size. */
const PAGE = 4_096;
const WORDS = PAGE / 4;
const MAGIC = Buffer.from('COOPHEAP', 'latin1');
const CHECKSUM = 32;
/** Of compression: differences are mostly zeros and made often; a whole image is made once. */
const LEVEL = { difference: 1, whole: 6 } as const;

export const hashOfImage = (bytes: Uint8Array): string =>
  createHash('sha512').update(bytes).digest('hex');

const wordsOf = (memory: Uint8Array): Uint32Array =>
  new Uint32Array(memory.buffer, memory.byteOffset, memory.byteLength >>> 2);

const EMPTY = new Uint8Array(0);
const ZEROS = Buffer.alloc(PAGE);

const pageOf = (memory: Uint8Array, at: number): Buffer =>
  at < memory.length ? Buffer.from(memory.buffer, memory.byteOffset + at, PAGE) : ZEROS;

/** Numbers of the pages in which two memories differ; beyond its end a memory is zeros. */
const differing = (memory: Uint8Array, base: Uint8Array): number[] => {
  const pages: number[] = [];
  for (let at = 0; at < memory.length; at += PAGE) {
    if (!pageOf(memory, at).equals(pageOf(base, at))) pages.push(at / PAGE);
  }
  return pages;
};

/** How many pages an image of `memory` would have. */
export const countDifferences = (memory: Uint8Array, base: Uint8Array): number =>
  differing(memory, base).length;

/** What to copy of a memory into one of zeros, so that pages without anything in them are never touched. */
export const extentsOf = (memory: Uint8Array): (readonly [from: number, to: number])[] => {
  const extents: (readonly [number, number])[] = [];
  for (const page of differing(memory, EMPTY)) {
    const last = extents[extents.length - 1];
    const from = page * PAGE;
    if (last?.[1] === from) extents[extents.length - 1] = [last[0], from + PAGE];
    else extents.push([from, from + PAGE]);
  }
  return extents;
};

export interface ImageOptions {
  readonly engine: string;
  readonly state: MachineState;
  readonly n: number;
  readonly base?: { readonly hash: string; readonly memory: Uint8Array };
}

/** @param memory of `state.size` bytes */
export const formatImage = (memory: Uint8Array, options: ImageOptions): Uint8Array => {
  const { engine, state, n, base } = options;
  const words = wordsOf(memory);
  const before = wordsOf(base?.memory ?? EMPTY);
  const pages = differing(memory, base?.memory ?? EMPTY);
  const payload = new Uint32Array(pages.length * (1 + WORDS));
  payload.set(pages);
  let at = pages.length;
  for (const page of pages) {
    for (let i = page * WORDS; i < (page + 1) * WORDS; i += 1, at += 1) {
      payload[at] = ((words[i] as number) ^ (before[i] ?? 0)) >>> 0;
    }
  }
  const header: ImageHeader = {
    engine,
    base: base?.hash ?? null,
    n,
    pages: pages.length,
    ...state,
  };
  const headerBytes = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(headerBytes.length);
  const compressed = deflateRawSync(new Uint8Array(payload.buffer), {
    level: base === undefined ? LEVEL.whole : LEVEL.difference,
  });
  const body = Buffer.concat([MAGIC, length, headerBytes, compressed]);
  return Buffer.concat([body, createHash('sha256').update(body).digest()]);
};

const isHeader = (value: unknown): value is ImageHeader => {
  if (typeof value !== 'object' || value === null) return false;
  const { engine, base, n, pages, size, registers } = value as Partial<Record<string, unknown>>;
  return (
    typeof engine === 'string' &&
    (base === null || typeof base === 'string') &&
    [n, pages, size].every((each) => Number.isSafeInteger(each) && (each as number) >= 0) &&
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
    throw new BadImage('these bytes are no image of a heap, or only the beginning of one');
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

/**
 * The memory that an image stands for.
 * @param base the memory of the image that it is based on
 * @throws {BadImage} where it does not fit together
 */
export const readImage = (
  { header, compressed }: ParsedImage,
  base: Uint8Array | undefined,
): Uint8Array => {
  const { size, pages } = header;
  const memory = new Uint8Array(size);
  if (base !== undefined) memory.set(base.subarray(0, size));
  let payload: Buffer;
  try {
    payload = inflateRawSync(compressed, { maxOutputLength: pages * (4 + PAGE) + 1 });
  } catch {
    throw new BadImage('its pages cannot be unpacked');
  }
  if (payload.length !== pages * (4 + PAGE)) throw new BadImage('it has too few pages');
  const words = wordsOf(memory);
  const source = wordsOf(new Uint8Array(payload));
  let at = pages;
  for (let i = 0; i < pages; i += 1) {
    const from = (source[i] as number) * WORDS;
    if (from + WORDS > words.length) throw new BadImage('it has a page beyond its end');
    for (let word = from; word < from + WORDS; word += 1, at += 1) {
      words[word] = ((words[word] as number) ^ (source[at] as number)) >>> 0;
    }
  }
  return memory;
};
