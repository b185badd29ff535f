import type { VatWorkerHost } from '@cooperage/types';
import { describe, expect, it } from 'vitest';
import { type DrivenVat, driveVat } from './worker-driver.js';
import { inlineBundles } from './worker-fixtures.js';
import type { WorkerWorld } from './worker-world.js';

/** Milliseconds: what never ends is ended soon, and what fills its memory is not ended for being slow. */
const LIMIT = 2_000;
const LONG = 300_000;

export const workerLimits = (
  world: () => WorkerWorld,
  liveslots: string,
  collateral: boolean,
): void => {
  const startHostile = async (host: VatWorkerHost = world().host, crankTimeLimit = LIMIT) => {
    const vat = driveVat(host, { bundle: world().hostile, liveslots, crankTimeLimit });
    await vat.start();
    return vat;
  };
  /** The vat ends for this reason in the crank after those that were answered. */
  const expectEnd = async (vat: DrivenVat, method: string, kind: string) => {
    expect((await vat.call('ping')).value).toBe('pong');
    const [n] = vat.deliver([vat.message(method), vat.message('ping')]);
    expect(await vat.exit).toMatchObject({ kind, n, message: expect.any(String) as unknown });
    const heard = vat.heard.length;
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(vat.heard.length).toBe(heard);
    await vat.worker.stop();
  };

  describe('limits', () => {
    it.each(['loop', 'loopInPromise', 'microtasks', 'regexp'])(
      'a crank that never ends is ended: %s',
      async (method) => {
        await expectEnd(await startHostile(), method, 'time-limit');
      },
    );

    it('so is a module that never ends', async () => {
      const vat = driveVat(world().host, {
        bundle: inlineBundles.loopsAtTop,
        liveslots,
        crankTimeLimit: LIMIT,
      });
      vat.deliver([['startVat', { body: '#"#undefined"', slots: [] }]]);
      expect(await vat.exit).toMatchObject({ kind: 'time-limit', n: 1 });
      await vat.worker.stop();
    });

    it.each(['memory', 'strings', 'hugeArrays', 'hugeText', 'promiseChain'])(
      'a vat that fills the heap is ended alone: %s',
      async (method) => {
        await expectEnd(await startHostile(undefined, LONG), method, 'out-of-memory');
        const next = await startHostile();
        expect((await next.call('ping')).value).toBe('pong');
        await next.worker.stop();
      },
      600_000,
    );

    it('a vat that fills the memory outside the heap is ended', async () => {
      await expectEnd(await startHostile(undefined, LONG), 'arrayBuffers', 'out-of-memory');
    }, 600_000);

    it('so is one that fills it little by little, without its neighbours', async () => {
      const vat = await startHostile(undefined, LONG);
      const neighbours = await Promise.all([startHostile(), startHostile()]);
      const growing = async () => {
        for (;;) await vat.call('hoardBuffers', [32]);
      };
      await expect(growing()).rejects.toThrow(/out-of-memory/);
      expect(await vat.exit).toMatchObject({ kind: 'out-of-memory' });
      for (const neighbour of neighbours) {
        expect((await neighbour.call('ping')).value).toBe('pong');
        await neighbour.worker.stop();
      }
    }, 600_000);

    it('what a stopped vat held is given back', async () => {
      for (let i = 0; i < 8; i += 1) {
        const vat = await startHostile(undefined, LONG);
        expect(await vat.call('hoardBuffers', [120])).toMatchObject({ value: 1 });
        await vat.worker.stop();
      }
    }, 600_000);

    it('the vats that shared its place are told that it was not their doing', async () => {
      const vats = await Promise.all(Array.from({ length: 8 }, () => startHostile()));
      const [culprit, ...others] = vats as [DrivenVat, ...DrivenVat[]];
      culprit.deliver([culprit.message('loop')]);
      expect(await culprit.exit).toMatchObject({ kind: 'time-limit' });
      const fates = await Promise.all(
        others.map(async (vat) => Promise.race([vat.exit, vat.call('ping').catch(() => vat.exit)])),
      );
      for (const fate of fates) {
        if ('kind' in fate) {
          expect(fate.kind).toBe('collateral');
          expect(fate).not.toHaveProperty('n');
        } else expect(fate.value).toBe('pong');
      }
      expect(fates.some((fate) => 'kind' in fate)).toBe(collateral);
      await Promise.all(vats.map((vat) => vat.worker.stop()));
    });

    it('a vat with a place of its own ends alone', async () => {
      const neighbour = await startHostile();
      const alone = driveVat(world().host, {
        bundle: world().hostile,
        liveslots,
        ownThread: true,
        crankTimeLimit: LIMIT,
      });
      await alone.start();
      await expectEnd(alone, 'loop', 'time-limit');
      expect((await neighbour.call('ping')).value).toBe('pong');
      await neighbour.worker.stop();
    });

    it('a vat that is stopped in an endless crank is heard no more', async () => {
      const vat = await startHostile();
      vat.deliver([vat.message('loop')]);
      await new Promise((resolve) => setTimeout(resolve, 20));
      const heard = vat.heard.length;
      await vat.worker.stop();
      await new Promise((resolve) => setTimeout(resolve, 2 * LIMIT));
      expect(vat.heard.length).toBe(heard);
    });
  });
};
