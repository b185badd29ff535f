/**
 * A recording whose rows were changed, with checksums that are right, shows nothing that its history does not lead to: it
 * is refused, shows the same, or says where it ends and shows the same up to there.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Answers, makeAnswers } from '@cooperage/inspect';
import { makeKernelStore, makeMemoryBackend } from '@cooperage/store';
import { importInto } from '@cooperage/tools';
import { isCooperageError } from '@cooperage/types';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closePool, E, openWorld } from '../../src/index.js';

type Rows = ReadonlyMap<string, string>;
interface Overview {
  readonly last: number;
  readonly cut?: { readonly crank: number };
}

const folder = mkdtempSync(join(tmpdir(), 'cooperage-forged-'));
const vat = (name: string): string => join(import.meta.dirname, 'vats', `${name}.js`);
let rows: Rows;

const NOTHING = new URLSearchParams();

const openRows = async (of: Rows): Promise<Answers> => {
  const backend = makeMemoryBackend();
  await backend.commit({ sequence: 1, epoch: backend.epoch, writes: new Map(of) });
  return makeAnswers(makeKernelStore(backend), 'a recording');
};

/** Each crank up to one, without what came after it. */
const cranksOf = (answers: Answers, last: number): string[] =>
  Array.from({ length: last }, (_, i) => {
    const view = answers(`crank/${i + 1}`, NOTHING) as Record<string, unknown>;
    const { cause, vat: of, label, calls, causes, changes, inside } = view;
    return JSON.stringify([cause, of, label, calls, causes, changes, inside]);
  });

const WHOLE = ['overview', 'timeline', 'metrics', 'family', 'vat/v1', 'data/v2', 'object/ko5'];

beforeAll(async () => {
  const file = join(folder, 'world.cooperage');
  const world = await openWorld({
    bootstrap: 'ann',
    vats: { ann: vat('hoarder'), bob: vat('hoarder') },
    bundles: { child: { source: vat('child') } },
  });
  const { ann, bob } = world.roots;
  await E(ann).make(1);
  await E(ann).pass(bob);
  await E(bob).write('x', 5);
  await E(bob).knot(ann);
  await E(ann).spawn(false);
  await E(ann).fork(0);
  await E(ann).end();
  await world.save(file);
  await world.close();
  const backend = makeMemoryBackend();
  await importInto(backend, [file]);
  rows = new Map(backend.dump());
});

afterAll(async () => {
  await closePool();
  rmSync(folder, { recursive: true, force: true });
});

const ODD = [null, -1, 1e21, '__proto__', 'v999', 'ko1', 'p-1', '9'.repeat(30), [], {}] as const;

/** Every place in data. */
const placesIn = (data: unknown): (readonly string[])[] =>
  data === null || typeof data !== 'object'
    ? [[]]
    : [[], ...Object.entries(data).flatMap(([k, of]) => placesIn(of).map((path) => [k, ...path]))];

const changedAt = (data: unknown, [key, ...rest]: readonly string[], to: unknown): unknown => {
  if (key === undefined) return to;
  const copy = structuredClone(data) as Record<string, unknown>;
  if (rest.length > 0 || to !== undefined) copy[key] = changedAt(copy[key], rest, to);
  else if (Array.isArray(copy)) copy.splice(Number(key), 1);
  else Reflect.deleteProperty(copy, key);
  return copy;
};

/** A place of the JSON in a row's text has another value, or none; of other texts a part is cut out. */
const changeText = (text: string, place: number, to: unknown): string => {
  const start = text.search(/[[{]/);
  if (start >= 0) {
    try {
      const data: unknown = JSON.parse(text.slice(start));
      const places = placesIn(data);
      const path = places[place % places.length] ?? [];
      return text.slice(0, start) + JSON.stringify(changedAt(data, path, to) ?? null);
    } catch {
      // It is no JSON.
    }
  }
  const at = place % (text.length + 1);
  return text.slice(0, at) + text.slice(at + 1 + (place % 5));
};

const change = fc.tuple(fc.nat(), fc.nat(), fc.constantFrom<unknown>(undefined, ...ODD), fc.nat(9));

/** When cranks ran is what the recording says: nothing else says it. */
const isOfClock = (key: string): boolean => key.startsWith('times.');

/** One of the rows is deleted, or its text is changed. Half of the changes are in the history and the transcripts. */
const forge = ([which, place, to, kind]: readonly [number, number, unknown, number]): Rows => {
  const keys = [...rows.keys()].filter(
    (key) => !isOfClock(key) && (kind > 4 || /^history\.|\.t\./.test(key)),
  );
  const key = keys[which % keys.length] as string;
  const forged = new Map(rows);
  if (kind === 9) forged.delete(key);
  else forged.set(key, changeText(rows.get(key) as string, place, to));
  return forged;
};

test('a recording with changed rows shows nothing that its history does not lead to', async () => {
  const original = await openRows(rows);
  const shown = WHOLE.map((path) => original(path, NOTHING));
  const cranks = cranksOf(original, (original('overview', NOTHING) as Overview).last);
  await fc.assert(
    fc.asyncProperty(change, async (of) => {
      try {
        const answers = await openRows(forge(of));
        const { cut, last } = answers('overview', NOTHING) as Overview;
        if (cut === undefined) expect(WHOLE.map((path) => answers(path, NOTHING))).toEqual(shown);
        expect(cranksOf(answers, last)).toEqual(cranks.slice(0, last));
      } catch (thrown) {
        if (!isCooperageError(thrown)) throw thrown;
        expect(thrown.code).toMatch(/^(?:BAD_RECORDING|NO_HISTORY|STORE_CORRUPT)$/);
      }
    }),
    { numRuns: process.env['COOPERAGE_TEST_SIZES'] === 'nightly' ? 2_000 : 60, seed: 17 },
  );
});

/** Of an answer, all but what the rows of times say. */
const withoutClock = (answer: unknown): unknown =>
  JSON.parse(
    JSON.stringify(answer, (key, value: unknown) =>
      ['clock', 'threads', 'time', 'began', 'ended', 'left', 'came'].includes(key)
        ? undefined
        : value,
    ),
  );

test('a recording with changed times shows everything else as it was', async () => {
  const original = await openRows(rows);
  const shown = WHOLE.map((path) => withoutClock(original(path, NOTHING)));
  const clockKeys = [...rows.keys()].filter(isOfClock);
  await fc.assert(
    fc.asyncProperty(change, async ([which, place, to]) => {
      const forged = new Map(rows);
      const key = clockKeys[which % clockKeys.length] as string;
      forged.set(key, changeText(rows.get(key) as string, place, to));
      const answers = await openRows(forged);
      expect(WHOLE.map((path) => withoutClock(answers(path, NOTHING)))).toEqual(shown);
      answers('timeline', new URLSearchParams({ scale: 'clock' }));
    }),
    { numRuns: process.env['COOPERAGE_TEST_SIZES'] === 'nightly' ? 2_000 : 40, seed: 17 },
  );
});
