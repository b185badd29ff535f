import { describe, expect, it } from 'vitest';
import { LIMITS } from '@cooperage/types';
import {
  capdata,
  type DrivenVat,
  driveVat,
  makeFakeVatstore,
  syscallsOf,
  valueOf,
} from './driver.js';
import { inlineBundles } from './fixtures.js';
import type { WorkerWorld } from './world.js';

type Step = readonly unknown[];

/** What a script's reads were answered, in order. */
export const readsOf = (record: Awaited<ReturnType<DrivenVat['record']>>): unknown[] =>
  syscallsOf(record).flatMap((syscall) => {
    if (syscall[0] !== 'send') return [];
    const [what, key, answer] = valueOf(syscall[2].methargs) as [string, string, unknown];
    return what === 'read' ? [[key, answer]] : [];
  });

export const workerVatstore = (world: () => WorkerWorld, liveslots: string): void => {
  const startScripted = async (rows: Iterable<readonly [string, string]> = []) => {
    const vatstore = makeFakeVatstore(rows);
    const vat = driveVat(world().host, {
      bundle: inlineBundles.empty,
      liveslots,
      vatstore,
      // The largest cranks take their time in an engine that does not compile.
      crankTimeLimit: 60_000,
    });
    await vat.start();
    const run = async (steps: readonly Step[], acked?: number) => {
      const [n] = vat.deliver([vat.message('run', steps)], acked);
      return vat.record(n as number);
    };
    return { vat, vatstore, run };
  };
  /** Too many rows to be handed over at the start. */
  const many: [string, string][] = Array.from({ length: 3_000 }, (_, i) => [
    `row.${String(i).padStart(5, '0')}`,
    `value ${i}`,
  ]);
  const sizes = [
    ['few rows', [] as [string, string][]],
    ['many rows', many],
  ] as const;

  describe.each(sizes)('the vatstore, with %s', (_name, others) => {
    it('shows what the store has, and what the vat wrote over it', async () => {
      const { vat, run } = await startScripted([...others, ['k1', 'stored'], ['k2', 'stored']]);
      const record = await run([
        ['vatstoreGet', 'k1'],
        ['vatstoreSet', 'k1', 'written'],
        ['vatstoreGet', 'k1'],
        ['vatstoreDelete', 'k2'],
        ['vatstoreGet', 'k2'],
        ['vatstoreGet', 'k3'],
      ]);
      expect(readsOf(record)).toEqual([
        ['k1', 'stored'],
        ['k1', 'written'],
        ['k2', null],
        ['k3', null],
      ]);
      expect(record.syscalls.filter(([[tag]]) => tag === 'vatstoreGet')).toEqual([
        [['vatstoreGet', 'k1'], 'stored'],
        [['vatstoreGet', 'k1'], 'written'],
        [['vatstoreGet', 'k2'], null],
        [['vatstoreGet', 'k3'], null],
      ]);
      await vat.worker.stop();
    });

    it('keeps what was written from crank to crank, retired or not', async () => {
      const { vat, vatstore, run } = await startScripted(others);
      await run([['vatstoreSet', 'a', '1']], 0);
      expect(readsOf(await run([['vatstoreGet', 'a']], 0))).toEqual([['a', '1']]);
      vatstore.rows.set('a', '1');
      expect(readsOf(await run([['vatstoreGet', 'a']], 3))).toEqual([['a', '1']]);
      await run([['vatstoreDelete', 'a']], 3);
      expect(readsOf(await run([['vatstoreGet', 'a']], 3))).toEqual([['a', null]]);
      vatstore.rows.delete('a');
      expect(readsOf(await run([['vatstoreGet', 'a']], 5))).toEqual([['a', null]]);
      await vat.worker.stop();
    });

    it('finds the next key across all layers, in the order of code units', async () => {
      const { vat, run } = await startScripted([
        ...others,
        ['n.b', '1'],
        ['n.d', '1'],
        ['n.\u{1F600}', '1'],
      ]);
      await run([
        ['vatstoreSet', 'n.a', '1'],
        ['vatstoreDelete', 'n.b'],
        ['vatstoreSet', 'n.c', '1'],
        ['vatstoreSet', 'n.\uFF5E', '1'],
        ['vatstoreSet', 'n.x', '1'],
        ['vatstoreDelete', 'n.x'],
      ]);
      const keys = ['n.', 'n.a', 'n.c', 'n.d', 'n.\u{1F600}'];
      const record = await run(
        keys.map((key) => ['vatstoreGetNextKey', key]),
        1,
      );
      expect(readsOf(record)).toEqual([
        ['n.', 'n.a'],
        ['n.a', 'n.c'],
        ['n.c', 'n.d'],
        // A surrogate pair begins with D83D, which comes before FF5E.
        ['n.d', 'n.\u{1F600}'],
        ['n.\u{1F600}', 'n.\uFF5E'],
      ]);
      await vat.worker.stop();
    });
  });

  describe('what a crank may do', () => {
    it('asks the store once for what it was told before', async () => {
      const { vat, vatstore, run } = await startScripted([...many, ['k', 'v']]);
      await run([['vatstoreGet', 'k']]);
      const before = vatstore.reads.length;
      await run([
        ['vatstoreGet', 'k'],
        ['vatstoreGet', 'k'],
      ]);
      expect(vatstore.reads.length).toBe(before);
      await vat.worker.stop();
    });

    it('ends with a delivery that liveslots refuses, with its syscalls as they are', async () => {
      const { vat, run } = await startScripted();
      const record = await run([
        ['subscribe', 'p-1'],
        ['throw', 'refused'],
      ]);
      expect(record.status).toEqual(['error', 'refused']);
      expect(syscallsOf(record)).toEqual([['subscribe', 'p-1']]);
      vat.deliver([vat.message('run', [])]);
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(vat.heard).toEqual(['record 1', 'record 2']);
      await vat.worker.stop();
    });

    it('makes no syscall when the crank is over', async () => {
      const { vat, run } = await startScripted();
      await run([['later']]);
      await expect
        .poll(() => vat.printed.map(([, text]) => text))
        .toEqual([expect.stringMatching(/^late: .*during a crank/)]);
      await vat.worker.stop();
    });

    it('is cut off where its record would be too large', async () => {
      const { vat, run } = await startScripted();
      const big = 'x'.repeat(LIMITS.vatstoreValueLength);
      const length = Math.ceil(LIMITS.recordLength / big.length);
      const record = await run(Array.from({ length }, (_, i) => ['vatstoreSet', `k${i}`, big]));
      expect(record.status).toEqual([
        'error',
        expect.stringContaining(String(LIMITS.recordLength)),
      ]);
      await vat.worker.stop();
    }, 600_000);

    it('is cut off where it makes too many syscalls', async () => {
      const { vat, run } = await startScripted();
      const record = await run([['many', LIMITS.syscallsPerCrank + 1]]);
      expect(record.status).toEqual([
        'error',
        expect.stringContaining(String(LIMITS.syscallsPerCrank)),
      ]);
      await vat.worker.stop();
    }, 600_000);

    it('may not write keys or values beyond their limits', async () => {
      for (const step of [
        ['vatstoreSet', 'k'.repeat(LIMITS.vatstoreKeyLength + 1), 'v'],
        ['vatstoreSet', 'k', 'v'.repeat(LIMITS.vatstoreValueLength + 1)],
      ]) {
        const { vat, run } = await startScripted();
        expect((await run([step])).status).toEqual(['error', expect.stringContaining('limit')]);
        await vat.worker.stop();
      }
    });

    it('is replayed with the answers of then, and its writes are there afterwards', async () => {
      const { vat, run } = await startScripted([['k', 'then']]);
      await run([['vatstoreGet', 'k']], 0);
      await run([['vatstoreSet', 'w', 'written']], 0);
      await vat.worker.stop();
      const again = driveVat(world().host, {
        bundle: inlineBundles.empty,
        liveslots,
        vatstore: makeFakeVatstore([['k', 'now']]),
        transcript: vat.transcript(),
      });
      expect(await again.replayed).toBe(3);
      const [n] = again.deliver([again.message('run', [['vatstoreGet', 'w']])], 1);
      expect(readsOf(await again.record(n as number))).toEqual([['w', 'written']]);
      await again.worker.stop();
    });

    it('stops a worker whose deliveries come out of order', async () => {
      const { vat } = await startScripted();
      vat.worker.deliver([
        JSON.stringify({
          n: 7,
          acked: 0,
          delivery: ['message', 'o+0', { methargs: capdata(['run', []]), result: null }],
        }),
      ]);
      expect(await vat.exit).toMatchObject({
        kind: 'crashed',
        message: expect.stringContaining('7') as unknown,
      });
      await vat.worker.stop();
    });
  });
};
