import { describe, expect, it } from 'vitest';
import { driveVat } from './driver.js';
import type { WorkerWorld } from './world.js';

export const workerConsole = (
  world: () => WorkerWorld,
  liveslots: string,
  unhandledRejections: boolean,
): void => {
  const startWorkshop = async () => {
    const vat = driveVat(world().host, { bundle: world().workshop, liveslots });
    await vat.start();
    return vat;
  };

  describe('the console', () => {
    it('comes out by level, formatted as Node formats', async () => {
      const vat = await startWorkshop();
      for (const level of ['debug', 'log', 'info', 'warn', 'error']) {
        await vat.call('print', [level, 'text', { a: [1, 'two'] }, true]);
      }
      expect(vat.printed).toEqual(
        ['debug', 'log', 'info', 'warn', 'error'].map((level) => [
          level,
          "text { a: [ 1, 'two' ] } true",
        ]),
      );
      await vat.worker.stop();
    });

    it('tells what errors hide, and hands nothing to the objects it shows', async () => {
      const vat = await startWorkshop();
      expect((await vat.call('printOdd')).value).toBe(0);
      const text = vat.printed.map(([, line]) => line).join('\n');
      expect(text).toContain('odd');
      expect(text).toContain('told');
      await vat.worker.stop();
    });

    it('is bounded', async () => {
      const vat = await startWorkshop();
      await vat.call('flood');
      const characters = vat.printed.reduce((sum, [, text]) => sum + text.length, 0);
      expect(characters).toBeGreaterThan(10_000);
      expect(characters).toBeLessThan(1_100_000);
      const before = vat.printed.length;
      await vat.call('print', ['log', 'still here']);
      expect(vat.printed.slice(before)).toEqual([['log', 'still here']]);
      await vat.worker.stop();
    });

    it('is silent about cranks that are run again', async () => {
      const vat = await startWorkshop();
      await vat.call('print', ['log', 'said once']);
      await vat.worker.stop();
      const again = driveVat(world().host, {
        bundle: world().workshop,
        liveslots,
        transcript: vat.transcript(),
      });
      await again.replayed;
      await again.call('print', ['log', 'new']);
      expect(again.printed).toEqual([['log', 'new']]);
      await again.worker.stop();
    });

    it.runIf(unhandledRejections)('shows an unhandled rejection, and the vat goes on', async () => {
      const vat = await startWorkshop();
      expect((await vat.call('rejectUnhandled')).value).toBe('gone on');
      expect((await vat.call('count')).value).toBe(1);
      await expect
        .poll(() => vat.printed.map(([, text]) => text).join('\n'))
        .toContain('not handled');
      await vat.worker.stop();
    });
  });
};
