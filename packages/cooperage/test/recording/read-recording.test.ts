import { makeKernelTables } from '@cooperage/kernel';
import { makeKernelStore } from '@cooperage/store';
import { codeOf, type KObject } from '@cooperage/types';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  causesOf,
  drawSequence,
  effectsOf,
  findCrossings,
  holdersOf,
  readRecording,
  type Recording,
} from '@cooperage/recording';
import { record, type Rows, storeOf } from './recorded.js';

let rows: Rows;
let recording: Recording;

beforeAll(async () => {
  const backend = await record();
  rows = new Map(backend.dump());
  recording = readRecording(makeKernelStore(backend));
});

const messageTo = (vat: string, method: string) => {
  const found = recording.deliveries.find(
    (each) => each.message?.method === method && recording.nameOf(each.vatID) === vat,
  );
  if (found === undefined) throw Error(`no ${method} to ${vat}`);
  return found;
};

describe('a recording', () => {
  test('ends with the tables of the kernel that made it', async () => {
    const store = await storeOf(rows);
    const kept = makeKernelTables(store.tables);
    const rowsOf = ({ rows: all }: typeof kept) =>
      [...all.keys('k', 'w')]
        // When cranks ran is the host's matter.
        .filter((key) => !key.startsWith('times.'))
        .map((key) => [key, all.get(key)] as const);
    let ends: (readonly [string, unknown])[] = [];
    readRecording(store, {
      onCrank: ({ number }, tables) => {
        if (number !== recording.cranks.at(-1)?.number) return;
        ends = rowsOf(tables);
      },
    });
    expect(ends.length).toBeGreaterThan(20);
    expect(ends).toEqual(rowsOf(kept));
  });

  test('has the messages as their authors wrote them, and who sent them', () => {
    const { message } = messageTo('listener', 'hear');
    expect(message?.call).toMatch(/^hear\(1, ko\d+\)$/);
    expect(recording.nameOf(message?.from ?? '')).toBe('counter');
    expect(messageTo('counter', 'add').message).toMatchObject({ call: 'add(1)', from: 'host' });
  });

  test('leads from a message back to what caused it, and forward', () => {
    const heard = messageTo('listener', 'hear');
    const added = messageTo('counter', 'add');
    expect(causesOf(recording, heard)).toContain(added);
    expect(effectsOf(recording, added)).toContain(heard);
    const asked = messageTo('counter', 'of');
    expect(causesOf(recording, asked)).toContain(heard);
  });

  test('has promises with their lives, and calls of services', () => {
    const failed = messageTo('counter', 'fail').message?.result;
    const life = failed === undefined ? undefined : recording.promises.get(failed);
    expect(life).toMatchObject({ state: 'rejected', resolution: 'Error("no")', madeBy: 'host' });
    expect(life?.resolvedIn).toBeGreaterThan(life?.madeIn ?? Infinity);
    expect(recording.serviceCalls).toMatchObject([{ name: 'clerk', call: 'note("begun")' }]);
    expect(recording.serviceCalls[0]?.answeredIn).toBeDefined();
  });

  test('tells who held an object at each crank', async () => {
    const { message } = messageTo('listener', 'hear');
    const receipt = message?.args.slots.at(-1) as KObject;
    const holders = new Map<number, readonly string[]>();
    readRecording(await storeOf(rows), {
      onCrank: ({ number }, tables) =>
        holders.set(
          number,
          holdersOf(tables, receipt).map((vatID) => recording.nameOf(vatID)),
        ),
    });
    const { madeIn } = recording.objects.get(receipt) ?? { madeIn: 0 };
    expect(holders.get(madeIn - 1)).toEqual([]);
    expect(holders.get(messageTo('listener', 'hear').retiredIn ?? 0)).toEqual([
      'counter',
      'listener',
    ]);
  });

  test('is read up to a crank', async () => {
    const part = readRecording(await storeOf(rows), { to: 5 });
    expect(part.cranks.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5]);
  });

  test('is drawn as a sequence of messages', () => {
    const drawn = drawSequence(recording, findCrossings(recording));
    expect(drawn).toMatch(/host +counter +listener/);
    expect(drawn).toContain('add(1)');
  });
});

describe('what is no recording', () => {
  const codeFor = async (damaged: Rows): Promise<unknown> => {
    try {
      readRecording(await storeOf(damaged));
      return undefined;
    } catch (error) {
      return codeOf(error);
    }
  };

  test('is refused where no history was kept', async () => {
    const backend = await record(false);
    expect(await codeFor(new Map(backend.dump()))).toBe('NO_HISTORY');
    expect(await codeFor(new Map())).toBe('NO_HISTORY');
  });

  test('is refused where a crank is missing', async () => {
    const damaged = new Map(rows);
    const [middle] = [...rows.keys()].filter((key) => key.includes('history.')).slice(4);
    damaged.delete(middle ?? '');
    expect(await codeFor(damaged)).toBe('BAD_RECORDING');
  });

  test('is refused where it would call what the host does not have', async () => {
    const damaged = new Map(
      [...rows].map(([key, value]) => [key, value.replace('["send",', '["constructor",')]),
    );
    expect(await codeFor(damaged)).toBe('BAD_RECORDING');
  });

  /** What may stand in a row instead. */
  const junk = fc.oneof(
    fc.constantFrom('', 'null', '{}', '[]', '0', '-1', '{"n":1}', '["input",[["send"]]]'),
    fc.string({ maxLength: 40 }),
    fc.json({ maxDepth: 2 }),
  );
  const damage = fc.record({
    place: fc.double({ min: 0, max: 0.999999, noNaN: true }),
    how: fc.oneof(
      fc.record({ kind: fc.constant('replace' as const), text: junk }),
      fc.record({ kind: fc.constant('cut' as const), at: fc.nat(200) }),
      fc.record({ kind: fc.constant('flip' as const), at: fc.nat(200) }),
      fc.record({ kind: fc.constant('delete' as const) }),
    ),
  });

  test('is refused with a code whatever row is damaged, or gives what the kernel did', async () => {
    const keys = [...rows.keys()].filter((key) => /history\.|^t\.|\.t\.|transcript/.test(key));
    expect(keys.length).toBeGreaterThan(20);
    const whole = recording.cranks.map(({ number, cause }) => `${number} ${cause}`);
    const codes = new Set<unknown>();
    await fc.assert(
      fc.asyncProperty(damage, async ({ place, how }) => {
        const key = keys[Math.floor(place * keys.length)] as string;
        const old = rows.get(key) as string;
        const damaged = new Map(rows);
        if (how.kind === 'delete') damaged.delete(key);
        else if (how.kind === 'replace') damaged.set(key, how.text);
        else if (how.kind === 'cut') damaged.set(key, old.slice(0, how.at));
        else {
          const at = how.at % old.length;
          const other = String.fromCharCode(old.charCodeAt(at) ^ 1);
          damaged.set(key, `${old.slice(0, at)}${other}${old.slice(at + 1)}`);
        }
        try {
          const read = readRecording(await storeOf(damaged));
          const cranks = read.cranks.map(({ number, cause }) => `${number} ${cause}`);
          expect(cranks).toEqual(whole.slice(0, cranks.length));
        } catch (error) {
          const code = codeOf(error);
          if (code === undefined) throw error;
          codes.add(code);
        }
      }),
      { numRuns: 150 },
    );
    expect(codes).toEqual(new Set(['BAD_RECORDING', 'NO_HISTORY']));
  });
});
