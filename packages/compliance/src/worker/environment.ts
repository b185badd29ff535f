import { describe, expect, it } from 'vitest';
import { driveVat, syscallsOf } from './driver.js';
import type { WorkerWorld } from './world.js';

export const workerEnvironment = (world: () => WorkerWorld, liveslots: string): void => {
  const startVat = async (bundle: 'hostile' | 'imports') => {
    const vat = driveVat(world().host, { bundle: world()[bundle], liveslots });
    await vat.start();
    return vat;
  };
  const hostileAnswer = async (method: string): Promise<unknown> => {
    const vat = await startVat('hostile');
    const { value } = await vat.call(method);
    await vat.worker.stop();
    return value;
  };

  describe('what a vat finds around it', () => {
    it('is nothing of the host', async () => {
      expect(await hostileAnswer('globals')).toEqual([]);
      expect(await hostileAnswer('functionGlobal')).toMatch(/^(undefined|refused)/);
      expect(await hostileAnswer('evalGlobal')).toBe('undefined');
      expect(await hostileAnswer('innerCompartment')).toBe('undefined');
      expect(await hostileAnswer('importNode')).toMatch(/^refused/);
      expect(await hostileAnswer('prepareStack')).toBe(0);
      expect(await hostileAnswer('inspectLeak')).toBe('nothing');
    });

    it('is without time and randomness', async () => {
      expect(await hostileAnswer('time')).toEqual(
        Array(3).fill(expect.stringMatching(/^(refused|NaN|Invalid)/)),
      );
    });

    it('cannot be changed for others', async () => {
      const [attacker, victim] = await Promise.all([startVat('hostile'), startVat('hostile')]);
      const { value } = await attacker.call('tamper');
      expect(value).toEqual(Array(8).fill('refused: TypeError'));
      await attacker.call('shareGlobal');
      expect((await victim.call('polluted')).value).toEqual(Array(3).fill('undefined'));
      expect((await victim.call('shared')).value).toBe('undefined');
      await Promise.all([attacker, victim].map((vat) => vat.worker.stop()));
    });

    it('works together with copies of the libraries in the bundle', async () => {
      const vat = await startVat('imports');
      const { value } = await vat.call('passStyles', ['$0.Alleged: friend'], ['o-7']);
      expect(value).toEqual(['remotable', 'remotable', 'remotable', 'remotable', 'copyRecord']);
      expect((await vat.call('nearPing')).value).toBe('pong');
      const { record } = await vat.call('send', ['$0.Alleged: friend'], ['o-7']);
      const sends = syscallsOf(record).filter(([tag]) => tag === 'send');
      expect(sends.map(([, target]) => target)).toEqual(Array(3).fill('o-7'));
      await vat.worker.stop();
    });

    it('lets deep recursion fail and go on', async () => {
      const vat = await startVat('hostile');
      expect((await vat.call('recurse')).value).toBe('RangeError');
      expect(await vat.call('recurseDeeply')).toMatchObject({ rejected: true });
      await vat.call('nested');
      expect((await vat.call('ping')).value).toBe('pong');
      await vat.worker.stop();
    });
  });
};
