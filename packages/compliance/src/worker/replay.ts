import {
  type CompletionRecord,
  formatTranscriptEntry,
  formatVatID,
  insistVRef,
  type SyscallEntry,
  type VRef,
} from '@cooperage/types';
import { describe, expect, it } from 'vitest';
import { capdata, driveVat, makeFakeVatstore } from './driver.js';
import type { WorkerWorld } from './world.js';

interface Entry {
  delivery: unknown;
  record: { -readonly [K in keyof CompletionRecord]: CompletionRecord[K] };
}

const NEVER_SEEN: VRef = insistVRef('p-999');
const UNWANTED: SyscallEntry = [['subscribe', NEVER_SEEN]];

/** The transcript with one record changed. */
const change = (transcript: string[], n: number, edit: (entry: Entry) => void): string[] =>
  transcript.map((text, i) => {
    if (i + 1 !== n) return text;
    const entry = JSON.parse(text) as Entry;
    edit(entry);
    return formatTranscriptEntry(JSON.stringify(entry.delivery), JSON.stringify(entry.record));
  });

export const workerReplay = (world: () => WorkerWorld, liveslots: string): void => {
  const vatID = formatVatID(78);
  const drive = (transcript?: string[]) =>
    driveVat(world().host, {
      bundle: world().workshop,
      liveslots,
      vatID,
      // Reads during a replay are answered from the records: a store that knows better is not asked.
      vatstore: makeFakeVatstore([['idCounters', '{"exportID":9000}']]),
      ...(transcript === undefined ? {} : { transcript }),
    });
  const live = async (): Promise<string[]> => {
    const vat = driveVat(world().host, { bundle: world().workshop, liveslots, vatID });
    await vat.start(capdata('parameters'));
    await vat.call('make', ['one']);
    await vat.call('count');
    await vat.call('ask', ['$0.Alleged: friend', 'greet'], ['o-7']);
    await vat.call('fail', ['as before']);
    await vat.call('print', ['log', 'printed']);
    await vat.call('count');
    await vat.worker.stop();
    return vat.transcript();
  };

  describe('replay', () => {
    it('brings a vat back to where it was', async () => {
      const transcript = await live();
      const vat = drive(transcript);
      expect(await vat.replayed).toBe(transcript.length);
      expect(await vat.call('count')).toMatchObject({ rejected: false, value: 3 });
      expect((await vat.call('again')).slots).toHaveLength(1);
      expect(vat.heard[0]).toBe(`replayed ${transcript.length}`);
      await vat.worker.stop();
    });

    it('runs what was delivered meanwhile after it', async () => {
      const vat = drive(await live());
      const { value } = await vat.call('count');
      expect(value).toBe(3);
      expect(vat.heard[0]).toMatch(/^replayed/);
      await vat.worker.stop();
    });

    it('takes a transcript in pieces', async () => {
      const transcript = await live();
      const vat = drive(transcript.slice(0, 2));
      await vat.replayed;
      vat.worker.replay(transcript.slice(2));
      await expect.poll(() => vat.heard.at(-1)).toBe(`replayed ${transcript.length}`);
      await vat.worker.stop();
    });

    it('reports the first syscall that differs', async () => {
      const transcript = change(await live(), 2, ({ record }) => {
        record.syscalls = [UNWANTED];
      });
      const vat = drive(transcript);
      const divergence = await vat.diverged;
      expect(divergence).toMatchObject({ n: 2, index: 0, expected: '["subscribe","p-999"]' });
      expect(divergence.actual).toMatch(/^\["resolve",/);
      vat.deliver([vat.message('count')]);
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(vat.heard).toEqual(['diverged 2']);
      await vat.worker.stop();
    });

    it('reports a syscall too few', async () => {
      const vat = drive(
        change(await live(), 3, ({ record }) => {
          record.syscalls = [...record.syscalls, UNWANTED];
        }),
      );
      expect(await vat.diverged).toEqual({
        n: 3,
        index: 1,
        expected: '["subscribe","p-999"]',
        actual: undefined,
      });
      await vat.worker.stop();
    });

    it('reports a syscall too many', async () => {
      const vat = drive(
        change(await live(), 3, ({ record }) => {
          record.syscalls = [];
        }),
      );
      expect(await vat.diverged).toMatchObject({ n: 3, index: 0, expected: undefined });
      await vat.worker.stop();
    });
  });
};
