import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { CooperageError } from '@cooperage/types';
import { describe, expect, test } from 'vitest';
import { makeLifetime } from '../src/runner/lifetime.js';

const make = () => makeLifetime({ abandoned: () => undefined, failed: () => undefined });
const never = (): Promise<never> => new Promise(() => undefined);
const isClosed = { code: 'CLOSED' };
const closed = new CooperageError('CLOSED', 'the kernel was closed');

describe('what a caller waits for', () => {
  test('comes, or is rejected with the reason for which the kernel ends', async () => {
    const lifetime = make();
    expect(await lifetime.orFailure(Promise.resolve(1))).toBe(1);
    await expect(lifetime.orFailure(Promise.reject(Error('no')))).rejects.toThrow('no');
    const waits = lifetime.orFailure(never());
    lifetime.abandon(closed);
    await expect(waits).rejects.toMatchObject(isClosed);
  });

  test('counts afterwards only where it had come by then', async () => {
    const lifetime = make();
    lifetime.abandon(closed);
    expect(await lifetime.orFailure(Promise.resolve(1))).toBe(1);
    await expect(lifetime.orFailure(never())).rejects.toMatchObject(isClosed);
  });

  test('is let go of when it has come: a kernel that is sent messages for years needs no more memory', async () => {
    setFlagsFromString('--expose-gc');
    const gc = runInNewContext('gc') as () => void;
    const lifetime = make();
    const waits = async (): Promise<WeakRef<object>> => {
      const promise = lifetime.orFailure(Promise.resolve({}));
      await promise;
      return new WeakRef(promise);
    };
    const refs = await Promise.all(Array.from({ length: 10 }, waits));
    // A reference that was read or made stays until the job is over.
    const left = async (): Promise<number> => {
      await setImmediate();
      gc();
      return refs.filter((ref) => ref.deref() !== undefined).length;
    };
    await expect.poll(left).toBeLessThan(refs.length);
    lifetime.abandon(closed);
  });
});
