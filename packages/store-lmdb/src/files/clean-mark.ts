import { existsSync, readFileSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { writeFileAtomically } from './durable-files.js';

/**
 * A file that a close leaves behind and an open takes away. It holds a checksum of the whole data file: as long as that
 * fits, every bit is as it was closed, and LMDB, which trusts its file, can be let near it without a walk over its pages.
 */
export const markOf = (directory: string): string => join(directory, 'closed-clean');

/** Bytes that are read at a time: about a millisecond of the thread. */
const CHUNK = 4 * 1024 * 1024;

const stateOf = async (dataFile: string): Promise<string> => {
  const file = await open(dataFile, 'r');
  try {
    const chunk = Buffer.allocUnsafe(CHUNK);
    let sum = 0;
    let size = 0;
    for (;;) {
      const { bytesRead } = await file.read(chunk, 0, CHUNK, size);
      if (bytesRead === 0) break;
      sum = crc32(chunk.subarray(0, bytesRead), sum);
      size += bytesRead;
    }
    return JSON.stringify({ bytes: size, crc32: sum });
  } finally {
    await file.close();
  }
};

/** Whether the data file is as the last close left it, to the last bit. */
export const wasClosedClean = async (directory: string, dataFile: string): Promise<boolean> => {
  if (!existsSync(markOf(directory))) return false;
  try {
    return readFileSync(markOf(directory), 'utf8') === (await stateOf(dataFile));
  } catch {
    return false;
  }
};

export const markClean = async (directory: string, dataFile: string): Promise<void> =>
  writeFileAtomically(markOf(directory), await stateOf(dataFile));

/** Need not be durable: what is written next makes the mark untrue. */
export const removeMark = (directory: string): Promise<void> =>
  rm(markOf(directory), { force: true });
