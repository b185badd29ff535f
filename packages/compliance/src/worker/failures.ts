import { describe, expect, it } from 'vitest';
import { driveVat } from './driver.js';
import { inlineBundles } from './fixtures.js';
import type { WorkerWorld } from './world.js';

const failing = [
  ['a syntax error', 'syntaxError', /./],
  ['a module that throws', 'throwsAtTop', /at the top/],
  ['a buildRootObject that throws', 'throwsInBuild', /in the build/],
  ['a buildRootObject that rejects', 'rejectsInBuild', /in the promise/],
  ['a buildRootObject that never resolves', 'neverBuilds', /unresolved/],
  ['a root that is no remotable', 'notRemotable', /./],
  ['a root that is undefined', 'undefinedRoot', /./],
  ['no buildRootObject', 'missing', /buildRootObject/],
  ['a buildRootObject that is no function', 'notAFunction', /buildRootObject/],
  ['a bundle that is not JSON', 'notJson', /JSON/],
  ['a bundle without a format', 'noFormat', /moduleFormat/],
  ['a bundle of an unknown format', 'unknownFormat', /strange|moduleFormat/],
] as const;

export const workerFailures = (world: () => WorkerWorld, liveslots: string): void => {
  describe('a start that fails', () => {
    it.each(failing)('says so in its record: %s', async (_what, name, expected) => {
      const vat = driveVat(world().host, { bundle: inlineBundles[name], liveslots });
      const { n, status } = await vat.start();
      expect(n).toBe(1);
      expect(status).toEqual(['error', expect.stringMatching(expected)]);
      vat.deliver([vat.message('anything')]);
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(vat.heard).toEqual(['record 1']);
      await vat.worker.stop();
    });

    it('leaves the worker fit for other vats', async () => {
      const bad = driveVat(world().host, { bundle: inlineBundles.throwsInBuild, liveslots });
      await bad.start();
      const good = driveVat(world().host, { bundle: inlineBundles.nestedEvaluate, liveslots });
      await good.start();
      expect(await good.call('ping')).toMatchObject({ value: 'pong' });
      await Promise.all([bad, good].map((vat) => vat.worker.stop()));
    });

    it('is reported as the end of the worker where the liveslots is unknown', async () => {
      const vat = driveVat(world().host, { bundle: inlineBundles.empty, liveslots: 'no such' });
      vat.deliver([vat.message('anything')]);
      expect(await vat.exit).toMatchObject({
        kind: 'load-failed',
        message: expect.stringContaining('no such') as unknown,
      });
      await vat.worker.stop();
    });
  });
};
