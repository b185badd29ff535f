import { storeBackendCompliance } from '@cooperage/compliance';
import { describe, expect, it } from 'vitest';
import { makeMemoryBackend, type MemoryBackend } from '../src/index.js';

storeBackendCompliance({
  setup: async () => {
    const backend = makeMemoryBackend();
    return { backend, open: async () => backend.reopen() };
  },
  supports: { durability: true, exclusiveLock: false, takeover: true },
});

const commit = (backend: MemoryBackend, key: string, value: string | null): Promise<void> =>
  backend.commit({
    epoch: backend.epoch,
    sequence: backend.committed + 1,
    writes: new Map([[key, value]]),
  });

describe('a backend in memory', () => {
  it('forks: neither copy sees the other', async () => {
    const one = makeMemoryBackend();
    await commit(one, 'a', '1');
    const hash = await one.blobs.put(new Uint8Array(3));
    const two = one.fork();
    await commit(one, 'b', 'one');
    await commit(two, 'b', 'two');
    await one.blobs.delete(hash);
    expect(one.dump()).toEqual([
      ['a', '1'],
      ['b', 'one'],
    ]);
    expect(two.dump()).toEqual([
      ['a', '1'],
      ['b', 'two'],
    ]);
    expect(two.blobs.has(hash)).toBe(true);
    expect([one.committed, two.committed]).toEqual([2, 2]);
  });

  it('keeps nothing of a group that fails before the commit, and all of one that fails after', async () => {
    const disk = makeMemoryBackend();
    const fault = (): never => {
      throw new Error('the disk is gone');
    };
    const before = disk.reopen({ beforeCommit: fault });
    await expect(commit(before, 'a', '1')).rejects.toMatchObject({ code: 'STORE_FAILED' });
    expect(before.dump()).toEqual([]);
    const after = disk.reopen({ afterCommit: fault });
    await expect(commit(after, 'a', '1')).rejects.toMatchObject({ code: 'STORE_FAILED' });
    expect(after.dump()).toEqual([['a', '1']]);
    expect(disk.reopen().committed).toBe(1);
  });

  it('is as slow as its driver wants, and forgets a commit that a reopen overtook', async () => {
    let release = (): void => {};
    const slow = makeMemoryBackend({
      beforeCommit: () =>
        new Promise((resolve) => {
          release = resolve;
        }),
    });
    const overtaken = commit(slow, 'a', '1');
    const next = slow.reopen();
    release();
    await expect(overtaken).rejects.toMatchObject({ code: 'STORE_EPOCH_LOST' });
    expect(next.dump()).toEqual([]);
  });
});
