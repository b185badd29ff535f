import { kernelStoreCompliance } from '@cooperage/compliance';
import type { CommitGroup } from '@cooperage/types';
import { CooperageError } from '@cooperage/types';
import { describe, expect, it } from 'vitest';
import { makeKernelStore, makeMemoryBackend } from '../src/index.js';

kernelStoreCompliance({
  setup: async () => {
    let backend = makeMemoryBackend();
    const reopen = async () => makeKernelStore((backend = backend.reopen()));
    return { store: makeKernelStore(backend), crash: reopen, reopen };
  },
  modelRuns: 300,
});

/** A store whose groups are looked at and fail as told. */
const observed = (fail?: () => Error | undefined) => {
  const groups: CommitGroup[] = [];
  const backend = makeMemoryBackend({
    beforeCommit: (group) => {
      groups.push({ ...group, writes: new Map(group.writes) });
      const error = fail?.();
      if (error !== undefined) throw error;
    },
  });
  const store = makeKernelStore(backend);
  const crank = (work: (tables: typeof store.tables) => void): void => {
    store.tables.beginCrank();
    work(store.tables);
    store.tables.acceptCrank();
  };
  return { groups, backend, store, crank };
};

describe('what is written', () => {
  it('is nothing that was made and unmade within a group', async () => {
    const { groups, store, crank } = observed();
    crank((tables) => {
      tables.set('kept', '1');
      tables.set('p1', 'made');
      tables.set('p2', 'made and unmade in one crank');
      tables.delete('p2');
      tables.delete('never was');
    });
    crank((tables) => tables.delete('p1'));
    expect(store.pendingWrites).toBe(1);
    await store.flush();
    expect([...(groups[0]?.writes ?? [])]).toEqual([['kept', '1']]);
  });

  it('is the deletion of what a group before made, even one in flight', async () => {
    const { groups, store, crank } = observed();
    crank((tables) => tables.set('a', '1'));
    await store.flush();
    crank((tables) => tables.set('b', '2'));
    const inFlight = store.flush();
    crank((tables) => {
      tables.delete('a');
      tables.delete('b');
    });
    crank((tables) => {
      tables.set('b', '3');
      tables.delete('b');
    });
    await inFlight;
    await store.flush();
    expect([...(groups[2]?.writes ?? [])]).toEqual([
      ['a', null],
      ['b', null],
    ]);
  });

  it('is not the deletion of what the group in flight deletes', async () => {
    const { groups, store, crank } = observed();
    crank((tables) => tables.set('a', '1'));
    await store.flush();
    crank((tables) => tables.delete('a'));
    const inFlight = store.flush();
    crank((tables) => {
      tables.delete('a');
      tables.set('b', '2');
    });
    await inFlight;
    await store.flush();
    expect([...(groups[2]?.writes ?? [])]).toEqual([['b', '2']]);
  });
});

describe('a failed commit', () => {
  it('is final: every later accept and flush names it, and reads go on', async () => {
    const cause = new Error('the cable was pulled');
    let broken = false;
    const { store, crank, backend } = observed(() => (broken ? cause : undefined));
    crank((tables) => tables.set('a', '1'));
    await store.flush();
    broken = true;
    crank((tables) => tables.set('b', '2'));
    const failing = store.flush();
    crank((tables) => tables.set('c', '3'));
    const queued = store.flush();
    for (const flush of [failing, queued]) {
      await expect(flush).rejects.toMatchObject({ code: 'STORE_FAILED' });
    }
    broken = false;
    await expect(store.flush()).rejects.toMatchObject({
      code: 'STORE_FAILED',
      cause: { cause },
    });
    store.tables.beginCrank();
    store.tables.set('d', '4');
    expect(() => store.tables.acceptCrank()).toThrow(
      expect.objectContaining({ code: 'STORE_FAILED' }) as Error,
    );
    store.tables.abortCrank();
    expect(['a', 'b', 'c', 'd'].map((key) => store.tables.get(key))).toEqual([
      '1',
      '2',
      '3',
      undefined,
    ]);
    expect(store.durable).toBe(1);
    await store.close();
    expect(backend.dump()).toEqual([['a', '1']]);
  });

  it.each(['STORE_FULL', 'STORE_EPOCH_LOST'] as const)('keeps the code %s', async (code) => {
    const { store, crank } = observed(() => new CooperageError(code, 'because'));
    crank((tables) => tables.set('a', '1'));
    await expect(store.flush()).rejects.toMatchObject({ code });
    store.tables.beginCrank();
    expect(() => store.tables.acceptCrank()).toThrow(expect.objectContaining({ code }) as Error);
  });

  it('makes close say so where close was the first to find out', async () => {
    const { store, crank, backend } = observed(() => new Error('no'));
    crank((tables) => tables.set('a', '1'));
    await expect(store.close()).rejects.toMatchObject({ code: 'STORE_FAILED' });
    expect(() => backend.get('a')).toThrow(expect.objectContaining({ code: 'CLOSED' }) as Error);
  });
});
