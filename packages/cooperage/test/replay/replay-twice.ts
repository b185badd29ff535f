import { expect } from 'vitest';
import { replayKernel } from '../../src/index.js';
import { temporaryDirectory } from '../helpers.js';

/** Replays a kernel with one thread and with two, and expects no difference. */
export const replayTwice = async (
  directory: string,
): Promise<{ readonly into: string; readonly to: number }[]> => {
  const replays = [];
  for (const threads of [1, 2]) {
    const into = temporaryDirectory();
    const { difference, to } = await replayKernel({ directory, into, threads });
    expect(difference).toBeUndefined();
    replays.push({ into, to });
  }
  return replays;
};
