/**
 * What one memory differs by from another: all that is kept of a heap that is at rest, and all that is in an image.
 * A vat's heap shares nine tenths of its words with the heap that it started from.
 */

/**
 * Chunks of about a megabyte, each of it readable by itself: how many numbers describe runs; for each run how many
 * words lie before it (after the run before, or the beginning of the memory) and how many it has; then the words.
 */
export type Delta = readonly Uint32Array[];

/** Bytes; equal pages are passed over. */
const PAGE = 4_096;
/** Bytes; equal blocks of pages are passed over at once. */
const BLOCK = 16 * PAGE;
const PAGE_WORDS = PAGE / 4;
/** Words, and numbers of runs, after which a chunk ends with its page. */
const CHUNK = 2 ** 18;
/** So many equal words end a run: a new one costs two numbers. */
const GAP = 2;

const ZEROS = Buffer.alloc(BLOCK);

const bufferOf = (memory: Uint8Array): Buffer =>
  Buffer.from(memory.buffer, memory.byteOffset, memory.byteLength);
export const wordsOf = (memory: Uint8Array): Uint32Array =>
  new Uint32Array(memory.buffer, memory.byteOffset, memory.byteLength >>> 2);

/**
 * Calls back with each page in which two memories differ, in order. Beyond its end a memory is zeros.
 * @param visit is given where the page begins, in bytes
 */
const eachDifferingPage = (
  memory: Uint8Array,
  base: Uint8Array,
  visit: (at: number) => void,
): void => {
  const own = bufferOf(memory);
  const other = bufferOf(base);
  const differs = (from: number, to: number): boolean =>
    to <= other.length
      ? own.compare(other, from, to, from, to) !== 0
      : own.compare(ZEROS, 0, to - from, from, to) !== 0;
  for (let block = 0; block < own.length; block += BLOCK) {
    const end = Math.min(block + BLOCK, own.length);
    if (!differs(block, end)) continue;
    for (let at = block; at < end; at += PAGE) if (differs(at, Math.min(at + PAGE, end))) visit(at);
  }
};

export const countDifferingPages = (memory: Uint8Array, base: Uint8Array): number => {
  let count = 0;
  eachDifferingPage(memory, base, () => {
    count += 1;
  });
  return count;
};

const NOTHING = new Uint8Array(0);

export type Extent = readonly [from: number, to: number];

/** Where in a memory there is anything, in bytes: what is outside of it need not be touched. */
export const extentsOf = (memory: Uint8Array): Extent[] => {
  const extents: Extent[] = [];
  eachDifferingPage(memory, NOTHING, (from) => {
    const to = Math.min(from + PAGE, memory.length);
    const last = extents[extents.length - 1];
    if (last?.[1] === from) extents[extents.length - 1] = [last[0], to];
    else extents.push([from, to]);
  });
  return extents;
};

/** Where a chunk is put together, before it is known how long it is. */
interface Draft {
  readonly runs: Uint32Array;
  readonly contents: Uint32Array;
  /** Numbers in `runs`, and words in `contents`. */
  described: number;
  written: number;
  /** Index of the word behind the last run. */
  end: number;
}

let draft: Draft | undefined;

const NO_WORDS = new Uint32Array(PAGE_WORDS);

/** Runs of so many words are copied at once: below, a loop is sooner done. */
const LONG = 32;

/** Words that are compared at once: most of a page that differs is equal. */
const STRIDE = 8;

const isSameStride = (
  words: Uint32Array,
  at: number,
  other: Uint32Array,
  otherAt: number,
): boolean =>
  (((words[at] as number) ^ (other[otherAt] as number)) |
    ((words[at + 1] as number) ^ (other[otherAt + 1] as number)) |
    ((words[at + 2] as number) ^ (other[otherAt + 2] as number)) |
    ((words[at + 3] as number) ^ (other[otherAt + 3] as number)) |
    ((words[at + 4] as number) ^ (other[otherAt + 4] as number)) |
    ((words[at + 5] as number) ^ (other[otherAt + 5] as number)) |
    ((words[at + 6] as number) ^ (other[otherAt + 6] as number)) |
    ((words[at + 7] as number) ^ (other[otherAt + 7] as number))) ===
  0;

/** Adds what a page differs by. The words of the base begin at `otherAt`. */
const draftPage = (
  to: Draft,
  words: Uint32Array,
  page: number,
  other: Uint32Array,
  otherAt: number,
): void => {
  const { runs, contents } = to;
  const shift = otherAt - page;
  const pageEnd = page + PAGE_WORDS;
  let { described, written, end } = to;
  let at = page;
  while (at < pageEnd) {
    if (words[at] === other[at + shift]) {
      at += 1;
      while (at % STRIDE === 0 && at < pageEnd && isSameStride(words, at, other, at + shift)) {
        at += STRIDE;
      }
      continue;
    }
    const start = at;
    let stop = at + 1;
    for (at = stop; at < pageEnd && at - stop < GAP; at += 1) {
      if (words[at] !== other[at + shift]) stop = at + 1;
    }
    runs[described] = start - end;
    runs[described + 1] = stop - start;
    described += 2;
    end = stop;
    if (stop - start > LONG) contents.set(words.subarray(start, stop), written);
    else for (let i = start; i < stop; i += 1) contents[written + i - start] = words[i] as number;
    written += stop - start;
  }
  to.described = described;
  to.written = written;
  to.end = end;
};

/** @param base shorter or as long; beyond its end it is zeros */
export const differenceOf = (memory: Uint8Array, base: Uint8Array): Delta => {
  draft ??= {
    runs: new Uint32Array(CHUNK + PAGE_WORDS),
    contents: new Uint32Array(CHUNK + PAGE_WORDS),
    described: 0,
    written: 0,
    end: 0,
  };
  const to = draft;
  const words = wordsOf(memory);
  const before = wordsOf(base);
  const chunks: Uint32Array[] = [];

  const endChunk = (): void => {
    const { runs, contents, described, written } = to;
    if (described > 0) {
      const chunk = new Uint32Array(1 + described + written);
      chunk[0] = described;
      chunk.set(runs.subarray(0, described), 1);
      chunk.set(contents.subarray(0, written), 1 + described);
      chunks.push(chunk);
    }
    to.described = 0;
    to.written = 0;
    to.end = 0;
  };
  eachDifferingPage(memory, base, (start) => {
    const page = start >>> 2;
    if (page < before.length) draftPage(to, words, page, before, page);
    else draftPage(to, words, page, NO_WORDS, 0);
    if (to.written >= CHUNK || to.described >= CHUNK) endChunk();
  });
  endChunk();
  return chunks;
};

/** Whether the runs of a delta, which comes from outside, are within it and within a memory of so many bytes. */
export const isDeltaOf = (delta: Delta, size: number): boolean =>
  delta.every((chunk) => {
    const described = chunk[0] ?? 1;
    if (described % 2 !== 0 || described >= chunk.length) return false;
    let end = 0;
    let length = 1 + described;
    for (let i = 1; i < described; i += 2) {
      end += (chunk[i] as number) + (chunk[i + 1] as number);
      length += chunk[i + 1] as number;
    }
    return length === chunk.length && end <= size >>> 2;
  });

/** Makes a memory that is like the base into what the delta was taken of. */
export const applyDelta = (delta: Delta, memory: Uint8Array): void => {
  const words = wordsOf(memory);
  for (const chunk of delta) {
    const described = chunk[0] as number;
    let from = 1 + described;
    let at = 0;
    for (let i = 1; i < described; i += 2) {
      at += chunk[i] as number;
      const length = chunk[i + 1] as number;
      if (length > LONG) words.set(chunk.subarray(from, from + length), at);
      else for (let k = 0; k < length; k += 1) words[at + k] = chunk[from + k] as number;
      at += length;
      from += length;
    }
  }
};

/** The opposite: makes the memory like the base again. */
export const revertDelta = (delta: Delta, memory: Uint8Array, base: Uint8Array): void => {
  const words = wordsOf(memory);
  const before = wordsOf(base);
  for (const chunk of delta) {
    const described = chunk[0] as number;
    let at = 0;
    for (let i = 1; i < described; i += 2) {
      at += chunk[i] as number;
      const end = at + (chunk[i + 1] as number);
      for (; at < end; at += 1) words[at] = before[at] ?? 0;
    }
  }
};
