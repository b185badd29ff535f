/** Workers that say what no worker says: a run always comes to its end, and only their own vats are harmed. */
import { makeKernelStore, makeMemoryBackend } from '@cooperage/store';
import type {
  CapData,
  DeliveryNumber,
  Divergence,
  KObject,
  KPromise,
  NumberedDelivery,
  VatID,
  VatWorkerHost,
  VatWorkerSink,
} from '@cooperage/types';
import { afterEach, describe, expect, test } from 'vitest';
import { makeRunner } from '../src/runner/runner.js';
import type { Runner } from '../src/runner/runner-contract.js';

const NOTHING: CapData<never> = { body: '#"#undefined"', slots: [] };
const CALL: CapData<never> = { body: '#["go",[]]', slots: [] };

/** Called in place of an answer; `answer` gives the proper one. */
type Deed = (sink: VatWorkerSink, n: number, answer: () => void) => void;

/** Called where the history of the vat `evil` is to be repeated. */
type Repeat = (sink: VatWorkerSink, last: DeliveryNumber, proper: () => void) => void;

const textOf = (n: number): string =>
  JSON.stringify({ n, status: ['ok'], syscalls: [], usage: null });

/** Workers that answer every delivery; those of the vat `evil` do something else at delivery 2 and behind it. */
const makeWorkers = (deed: Deed, repeat: Repeat) => {
  const starts: { readonly name: string; readonly ownThread: boolean; replayed: number }[] = [];
  const host: VatWorkerHost = {
    start: ({ name, ownThread }, sink) => {
      let stopped = false;
      const start = { name, ownThread, replayed: 0 };
      starts.push(start);
      const later = (act: () => void): void => {
        setImmediate(() => {
          if (!stopped) act();
        });
      };
      return {
        replay: (entries) => {
          start.replayed += entries.length;
          const last = JSON.parse(entries.at(-1) as string) as { delivery: NumberedDelivery };
          const proper = (): void => sink.replayed(last.delivery.n);
          later(name === 'evil' ? () => repeat(sink, last.delivery.n, proper) : proper);
        },
        deliver: (texts) => {
          for (const text of texts) {
            const { n } = JSON.parse(text) as NumberedDelivery;
            const answer = (): void => sink.records([textOf(n)]);
            later(name === 'evil' && n > 1 ? () => deed(sink, n, answer) : answer);
          }
        },
        stop: () => {
          stopped = true;
          return Promise.resolve();
        },
      };
    },
    stop: () => Promise.resolve(),
  };
  return { host, starts };
};

let runner: Runner | undefined;
afterEach(async () => {
  await runner?.close();
  runner = undefined;
});

const setUp = async (deed: Deed, repeat: Repeat = (_sink, _last, proper) => proper()) => {
  const { host, starts } = makeWorkers(deed, repeat);
  const ends: string[] = [];
  const losses: string[] = [];
  const quarantined: Divergence[] = [];
  const failures: Error[] = [];
  const started = makeRunner({
    store: makeKernelStore(makeMemoryBackend()),
    workers: host,
    order: 'arrival',
    onOutput: (number) => {
      queueMicrotask(() => started.settleOutput(number));
      return 'foreground';
    },
    events: {
      vatEnded: (_vatID, name, _isFailure, reason) => ends.push(`${name}: ${reason}`),
      workerLost: (_vatID, reason) => losses.push(reason),
      vatQuarantined: (_paused, divergence) => quarantined.push(divergence),
      failed: (error) => failures.push(error),
      console: () => undefined,
    },
  });
  runner = started;
  const make = (name: string): { vatID: VatID; root: KObject } =>
    started.input((kernel) => {
      const options = {
        name,
        bundleID: `b1-${'0'.repeat(128)}` as never,
        window: 4,
        ownThread: false,
        crankTimeLimit: 1_000,
        liveslots: 'x',
      };
      const made = kernel.createVat(options, NOTHING);
      kernel.pin(made.root);
      return made;
    });
  const evil = make('evil');
  const other = make('other');
  await started.run();
  const ask = (root: KObject): KPromise => started.input((kernel) => kernel.send(root, CALL));
  /** Deliveries that the vat has completed. */
  const acked = (vatID: VatID): number => started.core.kernel.tables.windows.acked(vatID);
  return { started, evil, other, ask, acked, starts, ends, losses, quarantined, failures };
};

const cycle: unknown[] = [];
cycle.push(cycle);
const JUNK: readonly unknown[] = [
  undefined,
  null,
  0,
  -1,
  2n,
  'text',
  Symbol('junk'),
  () => undefined,
  {},
  [],
  [undefined],
  [{}],
  [[]],
  cycle,
  { length: 1e9 },
  { n: 'x', index: {}, kind: 'toString', message: {} },
  { kind: 'constructor', message: 'x' },
  { kind: 'crashed', message: Symbol('junk') },
  { n: 2, index: 0, expected: 2n },
  { n: 3, engine: 'e', base: '../../etc', bytes: new Uint8Array(1) },
  { n: Infinity, engine: 'e', base: undefined, bytes: {} },
  new Proxy(
    {},
    {
      get: () => {
        throw new Error('a trap of the worker');
      },
      has: () => {
        throw new Error('a trap of the worker');
      },
    },
  ),
  'x'.repeat(2_000_000),
];

const WORDS = ['records', 'replayed', 'diverged', 'exited', 'image', 'console'] as const;

describe.each(WORDS)('whatever is said as %s', (word) => {
  test.each(JUNK.map((junk, i) => [i, junk] as const))('junk %i', async (_, junk) => {
    const { started, evil, other, ask, acked, failures } = await setUp((sink) => {
      const said = sink as unknown as Record<string, (...said: unknown[]) => void>;
      // In vain, once and again.
      said[word]?.(junk, junk);
      said[word]?.(junk, junk);
      sink.exited({ kind: 'crashed', message: 'it has said enough' });
    });
    ask(evil.root);
    ask(other.root);
    expect((await started.run()).reason).toBe('idle');
    expect(failures).toEqual([]);
    expect(acked(other.vatID)).toBe(2);
    const { vats, quarantines } = started.core.kernel.tables;
    expect(vats.isAlive(evil.vatID)).toBe(false);
    expect(quarantines.has(evil.vatID)).toBe(false);
  });
});

describe('records', () => {
  test.each([undefined, null, 5, {}])('that are %j end the vat as a bad record', async (record) => {
    const { started, evil, ask, ends } = await setUp((sink) => sink.records([record as never]));
    ask(evil.root);
    expect((await started.run()).reason).toBe('idle');
    expect(ends).toEqual([expect.stringContaining('must be text')]);
  });

  test('that are too many are one too many', async () => {
    const { started, evil, ask, ends } = await setUp((sink, n) =>
      sink.records(Array.from({ length: 100_000 }, (_, i) => textOf(n + i))),
    );
    ask(evil.root);
    expect((await started.run()).reason).toBe('idle');
    expect(ends).toEqual([expect.stringContaining('evil: ')]);
    expect(started.stats().refused).toBe(1);
  });
});

describe('a worker that is not repeating anything', () => {
  test('says in vain that its vat does not repeat its history: it is a worker that is lost', async () => {
    let lies = 1;
    const { started, evil, ask, acked, losses, quarantined } = await setUp((sink, n, answer) => {
      if (lies === 0) return answer();
      lies -= 1;
      sink.diverged({ n: 1 as never, index: 0, expected: undefined, actual: undefined });
    });
    ask(evil.root);
    expect((await started.run()).reason).toBe('idle');
    expect(quarantined).toEqual([]);
    expect(losses).toEqual([expect.stringContaining('which it was not replaying')]);
    expect(acked(evil.vatID)).toBe(2);
  });

  test('that says so each time ends its vat', async () => {
    const { started, evil, ask, ends, quarantined } = await setUp((sink) =>
      sink.diverged({ n: 1 as never, index: 0, expected: undefined, actual: undefined }),
    );
    ask(evil.root);
    expect((await started.run()).reason).toBe('idle');
    expect(quarantined).toEqual([]);
    expect(ends).toEqual([expect.stringContaining('lost 3 times')]);
  });

  test('a worker that is lost for an unknown reason has a thread of its own the next time', async () => {
    let losses = 1;
    const { started, evil, other, ask, acked, starts } = await setUp((sink, _n, answer) => {
      if (losses === 0) return answer();
      losses -= 1;
      sink.exited({ kind: 'crashed', message: 'lost' });
    });
    ask(evil.root);
    ask(other.root);
    await started.run();
    expect(starts.map(({ name, ownThread }) => [name, ownThread])).toEqual([
      ['evil', false],
      ['other', false],
      ['evil', true],
    ]);
    expect(acked(evil.vatID)).toBe(2);
  });
});

describe('a claim that a vat does not repeat its history', () => {
  const claim = (sink: VatWorkerSink, n: DeliveryNumber, index = 0): void =>
    sink.diverged({ n, index, expected: '["send"]', actual: undefined });

  /** The vat's worker is lost at delivery 2; then its history of one delivery is repeated, by a worker each. */
  const repeatedBy = async (...repeats: readonly Repeat[]) => {
    let losses = 1;
    let repeats_ = 0;
    const world = await setUp(
      (sink, _n, answer) => {
        if (losses === 0) return answer();
        losses -= 1;
        sink.exited({ kind: 'crashed', message: 'lost' });
      },
      (sink, last, proper) => {
        const repeat = repeats[repeats_] ?? ((_sink, _last, act) => act());
        repeats_ += 1;
        repeat(sink, last, proper);
      },
    );
    world.ask(world.evil.root);
    expect((await world.started.run()).reason).toBe('idle');
    return world;
  };

  test('is not believed before another worker has tried, which goes on where it does', async () => {
    const { quarantined, acked, evil, losses, starts, ends } = await repeatedBy((sink, last) =>
      claim(sink, last),
    );
    expect(quarantined).toEqual([]);
    expect(ends).toEqual([]);
    expect(losses).toEqual(['lost', expect.stringContaining('another worker replays it')]);
    expect(starts.filter(({ name }) => name === 'evil')).toMatchObject([
      { ownThread: false, replayed: 0 },
      { ownThread: true, replayed: 1 },
      { ownThread: true, replayed: 1 },
    ]);
    expect(acked(evil.vatID)).toBe(2);
  });

  test('is believed where the other worker says so, too', async () => {
    const { quarantined, started, evil } = await repeatedBy(
      (sink, last) => claim(sink, last, 1),
      (sink, last) => claim(sink, last, 2),
    );
    expect(quarantined).toEqual([{ n: 1, index: 2, expected: '["send"]', actual: undefined }]);
    expect(started.core.kernel.tables.quarantines.has(evil.vatID)).toBe(true);
  });

  test('of a delivery that was not to be repeated is none', async () => {
    const { quarantined, losses, ends } = await repeatedBy(
      (sink) => claim(sink, 2 as DeliveryNumber),
      (sink, _last, proper) => {
        proper();
        claim(sink, 1 as DeliveryNumber);
      },
    );
    expect(quarantined).toEqual([]);
    expect(losses).toEqual([
      'lost',
      expect.stringContaining('a divergence of delivery 2, which it was not replaying'),
      expect.stringContaining('a divergence of delivery 1, which it was not replaying'),
    ]);
    expect(ends).toEqual([expect.stringContaining('lost 3 times')]);
  });
});
