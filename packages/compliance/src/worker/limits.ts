import { describe, expect, it } from 'vitest';
import { type DrivenVat, driveVat } from './driver.js';
import { inlineBundles } from './fixtures.js';
import type { WorkerWorld } from './world.js';

/** Milliseconds. What never ends is ended soon, and what fills its memory is not ended for being slow. */
const SHORTEST = 250;
const LONG = 300_000;

export const workerLimits = (
  world: () => WorkerWorld,
  liveslots: string,
  collateral: boolean,
): void => {
  const drive = (crankTimeLimit: number, ownThread = false) =>
    driveVat(world().small, { bundle: world().hostile, liveslots, crankTimeLimit, ownThread });
  const startHostile = async () => {
    const vat = drive(LONG);
    await vat.start();
    return vat;
  };
  /** A vat with the shortest limit in which its first cranks come to an end, however busy the machine is. */
  const startLimited = async (ownThread = false) => {
    for (let limit = SHORTEST; ; limit *= 2) {
      const vat = drive(limit, ownThread);
      const late = await vat
        .start()
        .then(async () => vat.call('ping'))
        .then(
          () => undefined,
          (thrown: unknown) => thrown as Error,
        );
      if (late === undefined) return { vat, limit };
      if (!late.message.startsWith('time-limit') || limit > LONG) throw late;
      await vat.worker.stop();
    }
  };
  /** The vat ends for this reason in the crank after those that were answered. */
  const expectEnd = async (vat: DrivenVat, method: string, kind: string) => {
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
        await expectEnd((await startLimited()).vat, method, 'time-limit');
      },
    );

    it('so is a module that never ends', async () => {
      const vat = driveVat(world().small, {
        bundle: inlineBundles.loopsAtTop,
        liveslots,
        crankTimeLimit: SHORTEST,
      });
      vat.deliver([['startVat', { body: '#"#undefined"', slots: [] }]]);
      expect(await vat.exit).toMatchObject({ kind: 'time-limit', n: 1 });
      await vat.worker.stop();
    });

    it.each(['memory', 'strings', 'hugeArrays', 'hugeText', 'promiseChain'])(
      'a vat that fills the heap is ended alone: %s',
      async (method) => {
        await expectEnd(await startHostile(), method, 'out-of-memory');
        const next = await startHostile();
        expect((await next.call('ping')).value).toBe('pong');
        await next.worker.stop();
      },
      600_000,
    );

    it('a vat that fills the memory outside the heap is ended', async () => {
      await expectEnd(await startHostile(), 'arrayBuffers', 'out-of-memory');
    }, 600_000);

    it('so is one that fills it little by little, without its neighbours', async () => {
      const vat = await startHostile();
      const neighbours = await Promise.all([startHostile(), startHostile()]);
      const growing = async () => {
        for (;;) await vat.call('hoardBuffers', [16]);
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
        const vat = await startHostile();
        expect(await vat.call('hoardBuffers', [40])).toMatchObject({ value: 1 });
        await vat.worker.stop();
      }
    }, 600_000);

    it('the vats that shared its place are told that it was not their doing', async () => {
      const { vat: culprit } = await startLimited();
      // One after another: a host may keep vats that come at once away from a place that was just busy.
      const others: DrivenVat[] = [];
      while (others.length < 7) others.push(await startHostile());
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
      await Promise.all([culprit, ...others].map((vat) => vat.worker.stop()));
    });

    it('a vat with a place of its own ends alone', async () => {
      const neighbour = await startHostile();
      await expectEnd((await startLimited(true)).vat, 'loop', 'time-limit');
      expect((await neighbour.call('ping')).value).toBe('pong');
      await neighbour.worker.stop();
    });

    it('a vat that is stopped in an endless crank is heard no more', async () => {
      const { vat, limit } = await startLimited();
      vat.deliver([vat.message('loop')]);
      await new Promise((resolve) => setTimeout(resolve, 20));
      const heard = vat.heard.length;
      await vat.worker.stop();
      await new Promise((resolve) => setTimeout(resolve, 2 * limit));
      expect(vat.heard.length).toBe(heard);
    });
  });
};
