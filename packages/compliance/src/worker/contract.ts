import { describe, expect, it } from 'vitest';
import { formatVatID, type VatDeliveryObject, type VatID } from '@cooperage/types';
import { capdata, driveVat, syscallsOf, valueOf } from './driver.js';
import { inlineBundles } from './fixtures.js';
import type { WorkerWorld } from './world.js';

const range = (count: number): number[] => [...Array(count).keys()];

export const workerContract = (world: () => WorkerWorld, liveslots: string): void => {
  const startWorkshop = async (options: { vatID?: VatID } = {}) => {
    const vat = driveVat(world().host, { bundle: world().workshop, liveslots, ...options });
    await vat.start();
    return vat;
  };

  describe('deliveries and records', () => {
    it('gives one record for each delivery', async () => {
      const vat = driveVat(world().host, { bundle: world().workshop, liveslots });
      const record = await vat.start(capdata({ colour: 'red' }));
      expect(record).toMatchObject({ n: 1, status: ['ok'] });
      expect(await vat.call('parameters')).toMatchObject({
        record: { n: 2, status: ['ok'] },
        rejected: false,
        value: { colour: 'red' },
      });
      await vat.worker.stop();
    });

    it('runs a batch in order and answers in order', async () => {
      const vat = await startWorkshop();
      const numbers = vat.deliver(range(300).map(() => vat.message('count')));
      const records = await vat.records(numbers);
      expect(records.map(({ n }) => n)).toEqual(numbers);
      const counted = records.flatMap((record) =>
        syscallsOf(record).flatMap((syscall) =>
          syscall[0] === 'resolve' ? syscall[1].map(([, , data]) => valueOf(data)) : [],
        ),
      );
      expect(counted).toEqual(range(300).map((i) => i + 1));
      expect(vat.heard).toEqual(range(301).map((i) => `record ${i + 1}`));
      await vat.worker.stop();
    });

    it('does the same in a batch as one by one', async () => {
      const requests = (vat: { message: (m: string, args?: unknown[]) => VatDeliveryObject }) => [
        vat.message('make', ['first']),
        vat.message('again'),
        vat.message('turns', [50]),
        vat.message('fail', ['no']),
        vat.message('echo', [1, [2], { three: '#3' }]),
      ];
      const vatID = formatVatID(77);
      const handshake = await startWorkshop({ vatID });
      const singly = [];
      for (const request of requests(handshake)) {
        singly.push(await handshake.record(handshake.deliver([request])[0] as number));
      }
      await handshake.worker.stop();
      const window = await startWorkshop({ vatID });
      const batched = await window.records(window.deliver(requests(window)));
      expect(batched).toEqual(singly);
      await window.worker.stop();
    });

    it('takes deliveries while a crank runs', async () => {
      const vat = await startWorkshop();
      const first = vat.deliver([vat.message('turns', [20_000])]);
      await new Promise((resolve) => setTimeout(resolve, 2));
      const second = vat.deliver([vat.message('count')]);
      await vat.records([...first, ...second]);
      expect(vat.heard.slice(-2)).toEqual(['record 2', 'record 3']);
      await vat.worker.stop();
    });

    it('ends a crank only when the vat has lost agency', async () => {
      const vat = await startWorkshop();
      expect(await vat.call('turns', [5_000])).toMatchObject({ rejected: false, value: 5_000 });
      await vat.worker.stop();
    });

    it('rejects the result of a message whose method throws', async () => {
      const vat = await startWorkshop();
      const { record, rejected, value } = await vat.call('fail', ['on purpose']);
      expect(record.status).toEqual(['ok']);
      expect(rejected).toBe(true);
      expect(value).toMatchObject({ '#error': expect.any(String) as unknown, name: 'Error' });
      await vat.worker.stop();
    });

    it('exports, names again, and imports objects', async () => {
      const vat = await startWorkshop();
      const made = await vat.call('make', ['toy']);
      expect(made.slots).toEqual([expect.stringMatching(/^o\+\d+$/)]);
      expect((await vat.call('again')).slots).toEqual(made.slots);
      const { record } = await vat.call('tell', ['$0.Alleged: friend', 'greet', 'hi'], ['o-7']);
      const [send] = syscallsOf(record);
      expect(send).toEqual([
        'send',
        'o-7',
        expect.objectContaining({ methargs: capdata(['greet', ['hi']]) }),
      ]);
      await vat.worker.stop();
    });

    it('records everything of the crank in which the vat exits, and runs nothing after it', async () => {
      const vat = await startWorkshop();
      const [exiting] = vat.deliver([vat.message('exit', ['bye']), vat.message('count')]);
      const record = await vat.record(exiting as number);
      expect(syscallsOf(record)).toContainEqual(['exit', false, capdata('bye')]);
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(vat.heard).toEqual(['record 1', 'record 2']);
      await vat.worker.stop();
    });

    it('keeps many vats apart', async () => {
      const vats = await Promise.all(
        range(12).map(async () => {
          const vat = driveVat(world().host, { bundle: inlineBundles.empty, liveslots });
          await vat.start();
          return vat;
        }),
      );
      const workshops = await Promise.all(range(4).map(async () => startWorkshop()));
      for (const turns of [1, 2, 3]) {
        const counts = await Promise.all(workshops.map((vat) => vat.call('count')));
        expect(counts.map(({ value }) => value)).toEqual(workshops.map(() => turns));
      }
      await Promise.all([...vats, ...workshops].map((vat) => vat.worker.stop()));
    });

    it('does not delay other vats for a vat with a full inbox', async () => {
      const busy = await startWorkshop();
      const quick = await startWorkshop();
      const numbers = busy.deliver(range(600).map(() => busy.message('turns', [200])));
      const { record } = await quick.call('count');
      expect(record.status).toEqual(['ok']);
      expect(busy.heard.length).toBeLessThan(numbers.length);
      await busy.records(numbers);
      await Promise.all([busy, quick].map((vat) => vat.worker.stop()));
    });

    it('gives a vat a place of its own where it asks for one', async () => {
      const vat = driveVat(world().host, { bundle: world().workshop, liveslots, ownThread: true });
      await vat.start();
      expect(await vat.call('count')).toMatchObject({ value: 1 });
      await vat.worker.stop();
    });
  });

  describe('stopping', () => {
    it('is heard no more, and may be stopped again', async () => {
      const vat = await startWorkshop();
      const heard = vat.heard.length;
      vat.deliver(range(100).map(() => vat.message('turns', [100])));
      await Promise.all([vat.worker.stop(), vat.worker.stop()]);
      await vat.worker.stop();
      vat.deliver([vat.message('count')]);
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(vat.heard.length).toBe(heard);
    });

    it('leaves the other vats alone', async () => {
      const [gone, stays] = await Promise.all([startWorkshop(), startWorkshop()]);
      await gone.worker.stop();
      expect(await stays.call('count')).toMatchObject({ value: 1 });
      await stays.worker.stop();
    });
  });
};
