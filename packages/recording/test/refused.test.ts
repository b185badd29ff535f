/** What needs no kernel; that a recording is what a kernel did is tested with a whole one, in `cooperage`. */
import { makeKernelStore, makeMemoryBackend } from '@cooperage/store';
import { codeOf } from '@cooperage/types';
import { expect, test } from 'vitest';
import { readRecording } from '../src/index.js';

const codeFor = async (writes: ReadonlyMap<string, string>): Promise<string | undefined> => {
  const backend = makeMemoryBackend();
  await backend.commit({ sequence: 1, epoch: backend.epoch, writes: new Map(writes) });
  try {
    readRecording(makeKernelStore(backend));
    return undefined;
  } catch (error) {
    return codeOf(error);
  }
};

test('a store without a history has no recording', async () => {
  expect(await codeFor(new Map())).toBe('NO_HISTORY');
  expect(await codeFor(new Map([['v1.options', '{}']]))).toBe('NO_HISTORY');
});
