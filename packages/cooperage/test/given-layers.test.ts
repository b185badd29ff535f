import { makeMemoryBackend } from '@cooperage/store';
import { makeThreadWorkerHost } from '@cooperage/worker-thread';
import { describe, expect, it } from 'vitest';
import { openKernel, type OpenKernelOptions } from '../src/index.js';
import { fixture, openForTest, temporaryDirectory } from './helpers.js';

const config = { vats: { a: { source: fixture('worker-vat.js') } } };

describe('a store of the caller', () => {
  it('holds the kernel, which opens from it again', async () => {
    const disk = makeMemoryBackend();
    const first = await openForTest({ config, store: disk });
    expect(first.isNew).toBe(true);
    expect(await first.send('a', 'increment')).toBe(1);
    await first.close();
    expect(() => disk.get('k')).toThrow(expect.objectContaining({ code: 'CLOSED' }));

    // The code of its vats is in the store.
    const bundled: string[] = [];
    const on = { bundled: ({ name }: { readonly name: string }) => void bundled.push(name) };
    const second = await openForTest({ config, store: disk.reopen(), on });
    expect(bundled).toEqual([]);
    expect(second.isNew).toBe(false);
    expect(await second.send('a', 'increment')).toBe(2);
  });

  it('is given as `backend`, and not beside a directory or a store', async () => {
    const backend = makeMemoryBackend();
    const kernel = await openForTest({ config, backend });
    expect(await kernel.send('a', 'increment')).toBe(1);
    await kernel.close();
    const again = await openForTest({ config, backend: backend.reopen() });
    expect(await again.send('a', 'increment')).toBe(2);
    for (const beside of [{ directory: temporaryDirectory() }, { store: makeMemoryBackend() }]) {
      await expect(
        openKernel({ config, backend: makeMemoryBackend(), ...beside }),
      ).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
    }
  });

  it('takes the place of the directory that the config names', async () => {
    const directory = `${temporaryDirectory()}/unused`;
    const store = makeMemoryBackend();
    const kernel = await openForTest({ config: { ...config, directory }, store });
    await kernel.send('a', 'increment');
    await kernel.close();
    const again = await openForTest({ config, store: store.reopen() });
    expect(await again.send('a', 'increment')).toBe(2);
  });

  it('is closed, and its workers are stopped, where the kernel cannot be opened', async () => {
    const store = makeMemoryBackend();
    const stopped: string[] = [];
    const pool = makeThreadWorkerHost({ threads: 1 });
    const workers = { ...pool, stop: async () => void stopped.push(String(await pool.stop())) };
    const wrong = { vats: { a: { source: './is-not-there.js' } } };
    await expect(openKernel({ config: wrong, store, workers })).rejects.toMatchObject({
      code: 'BUNDLE_NOT_FOUND',
    });
    expect(stopped).toHaveLength(1);
    expect(() => store.has('k')).toThrow(expect.objectContaining({ code: 'CLOSED' }));
  });

  it.each([
    ['directory', { directory: '/somewhere' }],
    ['fresh', { fresh: true }],
  ])('does not go with the option %s of the built-in one', async (name, options) => {
    const store = makeMemoryBackend();
    await expect(openKernel({ config, store, ...options })).rejects.toMatchObject({
      code: 'BAD_ARGUMENT',
      message: expect.stringContaining(`"store" and "${name}"`) as string,
    });
    // Refused before it was used: it is still the caller's.
    expect(store.get('k')).toBeUndefined();
  });
});

describe('workers of the caller', () => {
  it.each([
    ['threads', { threads: 2 }],
    ['heapLimit', { heapLimit: 100 }],
    ['liveslots', { liveslots: { other: './other.js' } }],
    ['quickjs', { quickjs: { machineSlots: 1 } }],
  ])('do not go with the option %s of the built-in ones', async (name, options) => {
    const workers = makeThreadWorkerHost({ threads: 1 });
    await expect(openKernel({ config, workers, ...options })).rejects.toMatchObject({
      code: 'BAD_ARGUMENT',
      message: expect.stringContaining(`"workers" and "${name}"`) as string,
    });
    await workers.stop();
  });
});

describe('a layer that is none', () => {
  it.each([
    ['store', 'kernel.db', /^openKernel: (store|workers) must be a \w+, not /],
    ['store', null, /^openKernel: (store|workers) must be a \w+, not /],
    ['backend', 'kernel.db', /^openKernel: backend must be a \w+, not /],
    ['backend', {}, /no function "get"/],
    ['store', {}, /no function "get"/],
    ['store', { ...makeMemoryBackend(), commit: 'now' }, /no function "commit"/],
    ['store', { ...makeMemoryBackend(), blobs: undefined }, /no function "blobs.put"/],
    ['store', { ...makeMemoryBackend(), committed: '0' }, /its "committed" is not a whole number/],
    ['workers', 2, /^openKernel: (store|workers) must be a \w+, not /],
    ['workers', { start: () => undefined }, /no function "stop"/],
  ])('as %s is refused, and the error says what is missing', async (option, layer, message) => {
    const options = { config, [option]: layer } as unknown as OpenKernelOptions;
    await expect(openKernel(options)).rejects.toMatchObject({
      code: 'BAD_ARGUMENT',
      message: expect.stringMatching(message) as string,
    });
  });
});
