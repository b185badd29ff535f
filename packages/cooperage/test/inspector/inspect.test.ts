import { makeKernelTables } from '@cooperage/kernel';
import { readRecording, type Recording } from '@cooperage/recording';
import { makeKernelStore, makeMemoryBackend } from '@cooperage/store';
import type { KernelStore, KObject, VatID } from '@cooperage/types';
import { openKernel } from '../../src/index.js';
import fc from 'fast-check';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  crankViewOf,
  makePast,
  makeThreadLanes,
  makeTimed,
  objectViewOf,
  overviewOf,
  type Past,
  search,
  timelineOf,
  vatViewOf,
} from '@cooperage/inspect';

const vat = (name: string) => ({ source: join(import.meta.dirname, 'vats', `${name}.js`) });

/** The numbers of all threads that this process has started. */
const threads = new Set<number>();
process.on('worker', ({ threadId }) => threads.add(threadId));

let store: KernelStore;
let recording: Recording;
let past: Past;
/** What the kernel's own tables said after each crank. */
const rowsAfter = new Map<number, ReadonlyMap<string, string>>();
const cListsAfter = new Map<number, ReadonlyMap<string, string | undefined>>();

beforeAll(async () => {
  const backend = makeMemoryBackend();
  const kernel = await openKernel({
    config: { vats: { ann: vat('passer'), bob: vat('passer'), eve: vat('passer') } },
    store: backend,
    history: true,
  });
  const [ann, bob, eve] = ['ann', 'bob', 'eve'].map((name) => kernel.root(name));
  const made = await ann?.send('make', ['coin']);
  await Promise.all([bob?.send('keep', [made]), eve?.send('pass', [bob, made])]);
  await bob?.send('drop');
  await kernel.close();
  store = makeKernelStore(backend.reopen());
  recording = readRecording(store, {
    onCrank: ({ number }, tables) => {
      const rows = [...tables.rows.keys('k', 'w')]
        // The form of the rows is no crank's doing.
        .filter((key) => !key.startsWith('history.') && key !== 'k.schema')
        .map((key) => [key, tables.rows.get(key) as string] as const);
      rowsAfter.set(number, new Map(rows));
      const holders = new Map<string, string | undefined>();
      for (const vatID of tables.vats.list()) {
        for (let n = 1; n < 60; n += 1) {
          const ko = `ko${n}` as KObject;
          holders.set(`${vatID} ${ko}`, tables.cLists.toVat(vatID, ko));
        }
      }
      cListsAfter.set(number, holders);
    },
  });
  past = makePast(recording);
});

const anyCrank = fc.nat().map((n) => (n % recording.cranks.length) + 1);

describe('what the page shows', () => {
  test('has the rows of the kernel as they were after any crank', () => {
    fc.assert(
      fc.property(anyCrank, (crank) => {
        const rows = [...past.rowsAt(crank)].filter(([key]) => key >= 'k' && key < 'w');
        expect(new Map(rows)).toEqual(rowsAfter.get(crank));
      }),
    );
  });

  test('has the holders of objects and the c-lists of vats as the kernel had them', () => {
    const objects = [...recording.objects.keys()];
    fc.assert(
      fc.property(anyCrank, fc.nat(), (crank, of) => {
        const ko = objects[of % objects.length] as KObject;
        const view = objectViewOf(recording, past, ko, crank);
        const held = [...(cListsAfter.get(crank) ?? [])].filter(
          ([key, vref]) => vref !== undefined && key.endsWith(` ${ko}`),
        );
        expect(view?.holders.map(({ vatID, vref }) => [`${vatID} ${ko}`, vref]).sort()).toEqual(
          held.sort(),
        );
        for (const { vatID, vref } of view?.holders ?? []) {
          const names = vatViewOf(recording, past, vatID, crank)?.cList;
          expect(names).toContainEqual({ vref, kref: ko, name: recording.nameOf(ko) });
        }
      }),
    );
  });

  test('has a box for each crank, and arrows that go forward', () => {
    const { lanes } = overviewOf(recording, 'here');
    const whole = { from: 1, to: recording.cranks.length };
    const { boxes, arrows } = timelineOf(recording, whole);
    expect(boxes.map(({ crank }) => crank)).toEqual(recording.cranks.map(({ number }) => number));
    expect(lanes.map(({ name }) => name)).toEqual(expect.arrayContaining(['host', 'ann', 'bob']));
    expect(arrows.length).toBeGreaterThan(0);
    for (const { from, fromLane, to, toLane } of arrows) {
      expect(from).toBeLessThan(to);
      expect(lanes[toLane]?.id).toBe(recording.crank(to)?.vatID ?? 'host');
      expect(lanes[fromLane]?.id).toBe(recording.crank(from)?.vatID ?? 'host');
    }
  });

  test('has no more boxes than lanes and points where there are more cranks than points', () => {
    const whole = { from: 1, to: recording.cranks.length };
    const all = timelineOf(recording, whole).boxes.map(({ crank, lane }) => `${crank} ${lane}`);
    const { boxes } = timelineOf(recording, { ...whole, points: 7 });
    const { lanes } = overviewOf(recording, 'here');
    expect(boxes.length).toBeLessThanOrEqual(7 * lanes.length);
    expect(boxes.length).toBeLessThan(all.length);
    for (const { crank, lane } of boxes) expect(all).toContain(`${crank} ${lane}`);
    expect(new Set(boxes.map(({ lane }) => lane)).size).toBe(lanes.length);
  });

  test('has a lane for each thread, and each crank of a vat in that of its thread', () => {
    const { threads: lanes = [] } = overviewOf(recording, 'here');
    const [host, ...others] = lanes;
    expect(host).toEqual({ id: 'host', name: 'host' });
    // Each vat of the config has its own, where there are as many cores.
    const most = Math.min(3, availableParallelism());
    expect(others.length).toBeGreaterThan(0);
    expect(others.length).toBeLessThanOrEqual(most);
    for (const { id, name } of others) {
      expect(threads).toContain(Number(id));
      expect(name).toBe(`thread ${id}`);
    }
    const whole = { from: 1, to: recording.cranks.length };
    const threadLanes = makeThreadLanes(recording);
    const { boxes, arrows } = timelineOf(recording, whole, { lanes: threadLanes });
    const threadOf = new Map<string, number>();
    for (const { crank, lane, vatID } of boxes) {
      expect(vatID).toBe(recording.crank(crank)?.vatID);
      expect(lane === 0).toBe(vatID === undefined);
      // No vat was lost or unloaded: each has stayed where it was.
      if (vatID !== undefined) expect(threadOf.get(vatID) ?? lane).toBe(lane);
      if (vatID !== undefined) threadOf.set(vatID, lane);
    }
    expect(threadOf.size).toBe(3);
    for (const { to, toLane } of arrows) expect(toLane).toBe(threadLanes.of(to));
  });

  test('by the clock, no two cranks of a thread overlap', () => {
    const timed = makeTimed(recording);
    const lanes = makeThreadLanes(recording);
    const part = { scale: 'clock', from: 0, to: timed.span() } as const;
    const { boxes, marks } = timelineOf(recording, part, { lanes, timed });
    lanes.list().forEach((_, lane) => {
      const own = boxes
        .filter((box) => box.lane === lane && lane > 0)
        .sort((a, b) => (a.began ?? 0) - (b.began ?? 0));
      own.slice(1).forEach(({ began }, index) => {
        expect(began).toBeGreaterThanOrEqual(own[index]?.ended ?? NaN);
      });
    });
    expect(new Set(marks.map(({ kind }) => kind))).toEqual(new Set(['commit']));
  });

  test('says of which cranks the thread is not known', () => {
    const without = (keep: (crank: number) => boolean): Recording => ({
      ...recording,
      crank: (number) => recording.crank(number),
      clock: {
        ...recording.clock,
        of: (crank) => {
          const time = recording.clock.of(crank);
          if (time === undefined || keep(crank)) return time;
          return { began: time.began, ended: time.ended };
        },
      },
    });
    expect(
      overviewOf(
        without(() => false),
        'here',
      ).threads,
    ).toBeUndefined();
    const half = without((crank) => crank > recording.cranks.length / 2);
    const names = overviewOf(half, 'here').threads?.map(({ name }) => name);
    expect(names).toContain('thread not known');
  });

  test('by the clock, has each crank as long as it ran, and the commits', () => {
    const timed = makeTimed(recording);
    const { boxes, marks, arrows } = timelineOf(recording, {
      scale: 'clock',
      from: 0,
      to: timed.span(),
    });
    const ofVats = recording.cranks.filter(({ vatID }) => vatID !== undefined);
    expect(boxes.map(({ crank }) => crank)).toEqual(
      expect.arrayContaining(ofVats.map(({ number }) => number)),
    );
    for (const { crank, began = NaN, ended = NaN } of boxes) {
      const time = recording.clock.of(crank);
      expect(ended - began).toBe((time?.ended ?? NaN) - (time?.began ?? NaN));
      expect(began).toBeGreaterThanOrEqual(0);
    }
    // Two cranks of a vat never overlap.
    for (const { id } of overviewOf(recording, 'here').lanes.slice(1)) {
      const own = ofVats.filter(({ vatID }) => vatID === id).map(({ number }) => timed.of(number));
      own.slice(1).forEach((time, index) => {
        expect(time?.began).toBeGreaterThanOrEqual(own[index]?.ended ?? 0);
      });
    }
    const commits = marks.filter(({ kind }) => kind === 'commit');
    expect(commits).toHaveLength(recording.clock.commits.length);
    expect(recording.clock.commits.at(-1)?.crank).toBe(recording.cranks.length);
    expect(marks.filter(({ kind }) => kind === 'started')).toHaveLength(3);
    // Nothing is done before it was sent.
    for (const { left = 0, came = 0 } of arrows) expect(came).toBeGreaterThanOrEqual(left);
  });

  test('by the clock, a part has what falls into it', () => {
    const timed = makeTimed(recording);
    const all = recording.cranks.map(({ number }) => number).filter((number) => timed.of(number));
    fc.assert(
      fc.property(fc.nat(timed.span()), fc.nat(timed.span()), (one, other) => {
        const [from, to] = [Math.min(one, other), Math.max(one, other)];
        const { boxes } = timelineOf(recording, { scale: 'clock', from, to });
        const expected = all.filter((number) => {
          const { began = NaN, ended = NaN } = timed.of(number) ?? {};
          return ended >= from && began <= to;
        });
        expect(boxes.map(({ crank }) => crank).sort((a, b) => a - b)).toEqual(expected);
      }),
    );
  });

  test('tells what waited behind a crank in the inbox of its vat', () => {
    for (const { number, delivery } of recording.cranks) {
      if (delivery === undefined) continue;
      const { pending } = crankViewOf(recording, past, number) ?? {};
      const { inboxes, windows } = past.tablesAt(number);
      const waits =
        windows.delivered(delivery.vatID) -
        windows.acked(delivery.vatID) +
        inboxes.length(delivery.vatID);
      expect(pending?.count).toBe(waits);
    }
  });

  test('leads from a crank to its cause and back', () => {
    const passed = recording.cranks.find(
      ({ delivery }) => delivery?.message?.method === 'keep' && delivery.message.from !== 'host',
    );
    const view = crankViewOf(recording, past, passed?.number ?? 0);
    const [cause] = view?.causes ?? [];
    expect(cause).toMatchObject({ vat: 'eve', label: expect.stringMatching(/^pass\(/) });
    const effects = crankViewOf(recording, past, cause?.crank ?? 0)?.effects;
    expect(effects?.map(({ crank }) => crank)).toContain(passed?.number);
    expect(view?.changes.length).toBeGreaterThan(0);
  });

  test('finds cranks by method and vats by name', () => {
    expect(search(recording, 'make')).toContainEqual(
      expect.objectContaining({ kind: 'crank', text: 'ann: make("coin")' }),
    );
    expect(search(recording, 'eve')).toContainEqual(expect.objectContaining({ kind: 'vat' }));
  });

  test('ends with the tables of the store', () => {
    const last = recording.cranks.at(-1)?.number ?? 0;
    const kept = makeKernelTables(store.tables);
    expect(past.tablesAt(last).vats.list()).toEqual(kept.vats.list());
    expect(vatViewOf(recording, past, 'v999' as VatID, last)).toBeUndefined();
  });
});
