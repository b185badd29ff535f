/**
 * Five things at which kernels of this family fail, each a consequence of one shared transaction or of workers that
 * nobody watches. Real threads, a real LMDB directory, with the classic hand-shake and with a window.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type CooperageKernel, openKernel } from '../src/index.js';
import { limitTime, onTestedLiveslots } from './helpers.js';

const source = join(import.meta.dirname, 'fixtures/worker-vat.js');
const vats = { a: { source }, b: { source }, c: { source }, d: { source } };

describe.each([1, 8])('with a window of %i', (window) => {
  let kernel: CooperageKernel | undefined;
  let directory: string | undefined;

  const open = async (): Promise<CooperageKernel> => {
    directory ??= mkdtempSync(join(tmpdir(), 'cooperage-probes-'));
    kernel = await openKernel(
      onTestedLiveslots({
        directory,
        window,
        threads: 2,
        heapLimit: 100,
        log: () => undefined,
        on: { console: () => undefined },
        config: { vats },
      }),
    );
    return kernel;
  };
  const reopen = async (): Promise<CooperageKernel> => {
    await kernel?.close();
    return open();
  };

  afterEach(async () => {
    await kernel?.close();
    if (directory !== undefined) rmSync(directory, { recursive: true });
    kernel = undefined;
    directory = undefined;
  });

  it('a host call that arrives while a crank runs is not undone with that crank', async () => {
    const { send, root } = await open();
    const failing = send('b', 'spinThenFail', [200, root('c')]);
    const refused = expect(failing).rejects.toThrow(/failed as it was told/);
    const counts = [];
    for (let i = 0; i < 20; i += 1) counts.push(await send('a', 'increment'));
    await refused;
    expect(counts).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    const again = await reopen();
    expect(await again.send('a', 'count')).toBe(20);
  });

  it('what a vat sends while the crank of another runs is not lost when that is refused', async () => {
    const { send, root, run } = await open();
    const failing = expect(send('b', 'spinThenFail', [100, root('a')])).rejects.toThrow();
    await send('d', 'spinThenSend', [5, root('c'), 10]);
    await failing;
    await run();
    expect(await send('c', 'count')).toBe(10);
    expect(await (await reopen()).send('c', 'count')).toBe(10);
  });

  it('nothing counts of a crank that exits with failure, before the exit or after it', async () => {
    const { send, root, run } = await open();
    await expect(send('b', 'spinThenFail', [0, root('c')])).rejects.toThrow(
      /failed as it was told/,
    );
    await run();
    expect(await send('c', 'count')).toBe(0);
    await expect(send('b', 'count')).rejects.toThrow(/terminated/);
  });

  it('everything counts of a crank that exits without failure', async () => {
    const { send, root, run } = await open();
    expect(await send('b', 'exit', [root('c')])).toBe(undefined);
    await run();
    await expect(send('b', 'count')).rejects.toThrow(/terminated/);
    expect(await send('c', 'count')).toBe(1);
  });

  it('18: an exception that nobody catches ends nothing, and no caller waits for ever', async () => {
    const { send } = await open();
    const [answer, ...others] = await Promise.all([
      send('a', 'throwLater'),
      send('a', 'increment'),
      send('b', 'increment'),
    ]);
    expect(answer).toBe('thrown later');
    expect(others).toEqual([1, 1]);
    expect(await send('a', 'increment')).toBe(2);
  });

  it.each(['loopForEver', 'loopInMicrotasks'])(
    '%s ends that vat alone, with a reason, and answers all who wait',
    async (method) => {
      const opened = await open();
      const { send } = opened;
      await Promise.all(['a', 'b', 'c', 'd'].map((name) => send(name, 'increment')));
      await limitTime(opened, 'a');
      const looping = expect(send('a', method)).rejects.toThrow(/time limit|CRANK_TIME_LIMIT/i);
      const behind = expect(send('a', 'increment')).rejects.toThrow(/terminated/);
      expect(await Promise.all(['b', 'c', 'd'].map((name) => send(name, 'increment')))).toEqual([
        2, 2, 2,
      ]);
      await looping;
      await behind;
      expect(await send('b', 'increment')).toBe(3);
    },
  );

  it('a heap that is full ends that vat alone, and the process lives', async () => {
    const { send } = await open();
    await Promise.all(['a', 'b', 'c', 'd'].map((name) => send(name, 'increment')));
    await expect(send('d', 'fillMemory')).rejects.toThrow(/heap|memory/i);
    expect(await Promise.all(['a', 'b', 'c'].map((name) => send(name, 'increment')))).toEqual([
      2, 2, 2,
    ]);
    await expect(send('d', 'count')).rejects.toThrow(/terminated/);
  });

  it('18: vats that wait for one that ends are told', async () => {
    const opened = await open();
    const { send, root } = opened;
    const relayed: Promise<unknown>[] = ['b', 'c'].map((name) =>
      send(name, 'relay', [root('a'), 'wait', []]),
    );
    const broken = relayed.map((each) => expect(each).rejects.toThrow(/terminated/));
    await send('a', 'count');
    await limitTime(opened, 'a');
    await expect(send('a', 'loopForEver')).rejects.toThrow();
    await Promise.all(broken);
  });
});
