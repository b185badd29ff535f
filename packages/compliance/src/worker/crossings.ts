import type { VatDeliveryObject, VRef } from '@cooperage/types';
import { describe, expect, it } from 'vitest';
import { capdata, type DrivenVat, driveVat, syscallsOf, valueOf } from './driver.js';
import { inlineBundles } from './fixtures.js';
import type { WorkerWorld } from './world.js';

const vref = (text: string): VRef => text as VRef;

/** The deliveries that reached liveslots in this crank. */
const seenIn = (record: Awaited<ReturnType<DrivenVat['record']>>): unknown[] =>
  syscallsOf(record).flatMap((syscall) => {
    if (syscall[0] !== 'send') return [];
    const [what, delivery] = valueOf(syscall[2].methargs) as [string, unknown];
    return what === 'saw' ? [delivery] : [];
  });

export const workerCrossings = (world: () => WorkerWorld, liveslots: string): void => {
  const drive = (transcript?: string[]) =>
    driveVat(world().host, {
      bundle: inlineBundles.empty,
      liveslots,
      ...(transcript === undefined ? {} : { transcript }),
    });
  const startScripted = async () => {
    const vat = drive();
    await vat.start();
    return vat;
  };
  const one = async (vat: DrivenVat, delivery: VatDeliveryObject, acked: number) =>
    vat.record(vat.deliver([delivery], acked)[0] as number);
  const script = (vat: DrivenVat, ...steps: readonly unknown[]): VatDeliveryObject =>
    vat.message('run', steps);
  const naming = (vat: DrivenVat, ...exported: string[]) =>
    script(vat, ['send', 'o-5', capdata(['m', []], exported)]);

  describe('messages that cross', () => {
    it.each(['dropExports', 'retireExports'] as const)(
      '%s of what the vat named since then is withheld',
      async (tag) => {
        const vat = await startScripted();
        await one(vat, naming(vat, 'o+7', 'o+d10/1:0'), 1);
        const both = await one(vat, [tag, [vref('o+7'), vref('o+8'), vref('o+d10/1:0')]], 1);
        expect(seenIn(both)).toEqual([[tag, ['o+8']]]);
        const none = await one(vat, [tag, [vref('o+7')]], 1);
        expect(none).toMatchObject({ status: ['ok'], syscalls: [] });
        await vat.worker.stop();
      },
    );

    it('what the kernel had seen before is not withheld', async () => {
      const vat = await startScripted();
      await one(vat, naming(vat, 'o+7'), 1);
      const record = await one(vat, ['dropExports', [vref('o+7')]], 2);
      expect(seenIn(record)).toEqual([['dropExports', ['o+7']]]);
      await vat.worker.stop();
    });

    it('only the last time that it was named counts', async () => {
      const vat = await startScripted();
      await one(vat, naming(vat, 'o+7'), 1);
      await one(vat, naming(vat, 'o+7'), 1);
      expect(seenIn(await one(vat, ['dropExports', [vref('o+7')]], 2))).toEqual([]);
      expect(seenIn(await one(vat, ['dropExports', [vref('o+7')]], 3))).toHaveLength(1);
      await vat.worker.stop();
    });

    it.each([
      ['a target', ['send', 'o+7', capdata(['m', []])]],
      ['a resolution', ['resolve', [['p-9', false, capdata('$0', ['o+7'])]]]],
      ['the vat’s own retirement', ['retireExports', ['o+7']]],
      ['an abandonment', ['abandonExports', ['o+7']]],
    ])('%s names it too', async (_what, step) => {
      const vat = await startScripted();
      await one(vat, script(vat, step), 1);
      expect(seenIn(await one(vat, ['dropExports', [vref('o+7')]], 1))).toEqual([]);
      await vat.worker.stop();
    });

    it('retireImports of what the vat retired itself is withheld, until it is given it again', async () => {
      const vat = await startScripted();
      await one(vat, script(vat, ['retireImports', ['o-5']]), 1);
      expect(await one(vat, ['retireImports', [vref('o-5')]], 1)).toMatchObject({ syscalls: [] });
      await one(vat, vat.message('run', [], ['o-5']), 1);
      const record = await one(vat, ['retireImports', [vref('o-5')]], 1);
      expect(seenIn(record)).toEqual([['retireImports', ['o-5']]]);
      await vat.worker.stop();
    });

    it('a replay remembers what was named', async () => {
      const first = await startScripted();
      await one(first, naming(first, 'o+7'), 1);
      await one(first, ['dropExports', [vref('o+7'), vref('o+8')]], 1);
      await first.worker.stop();
      const again = drive(first.transcript());
      await again.replayed;
      expect(seenIn(await one(again, ['dropExports', [vref('o+7')]], 1))).toEqual([]);
      expect(seenIn(await one(again, ['dropExports', [vref('o+7')]], 2))).toHaveLength(1);
      await again.worker.stop();
    });
  });
};
