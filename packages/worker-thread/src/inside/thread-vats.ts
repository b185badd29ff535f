/** The vats of one thread: starts them, hands them their work, and says what becomes of it. */
import {
  compileScript,
  makeAmbient,
  makeBuildVatNamespace,
  makeBundleReader,
  makeGcTools,
  makeScheduler,
  makeSupervisor,
  makeVatConsole,
  makeVatRunner,
  type Supervisor,
  type VatRunner,
} from '@cooperage/supervisor';
import type { MakeLiveSlots, VatstoreReader } from '@cooperage/types';
import {
  compilePowers,
  type CrankSigns,
  enginePowers,
  nextImmediate,
  type Outbox,
} from '@cooperage/worker-kit/inside';
import type { FailureKind, FromThread, StartMessage, ToThread, VatIndex } from '../protocol.js';
import type { MemoryWatch } from './memory-watch.js';

export interface ThreadVatsPowers {
  readonly outbox: Outbox<FromThread>;
  readonly signs: CrankSigns;
  readonly readerFor: (vat: VatIndex) => VatstoreReader;
  readonly loadLiveSlots: (specifier: string | null) => Promise<MakeLiveSlots>;
  readonly memory: MemoryWatch;
}

interface ThreadVat {
  readonly index: VatIndex;
  /** The newest delivery that it began; 0 for none. */
  newest: number;
  readonly runner: VatRunner;
  unhandled(reason: unknown): void;
}

/** The most cranks of a vat before the next vat runs. */
const STEPS_PER_SLICE = 32;
/** Milliseconds after which the next vat runs in any case. */
const TIME_SLICE = 5;

const pairs = function* (rows: readonly string[]): Generator<readonly [string, string]> {
  for (let at = 0; at < rows.length; at += 2) yield [rows[at] as string, rows[at + 1] as string];
};

export const makeThreadVats = ({
  outbox,
  signs,
  readerFor,
  loadLiveSlots,
  memory,
}: ThreadVatsPowers) => {
  const vats = new Map<VatIndex, ThreadVat>();
  const bundles = new Map<string, string>();
  const readBundle = makeBundleReader(compileScript(compilePowers));
  /** Whose crank ran last: between cranks Node reports what that one left unhandled. */
  let newest: ThreadVat | undefined;
  let running = false;

  /** Lets go of a vat and all that it holds. */
  const remove = (index: VatIndex): void => {
    vats.get(index)?.runner.stop();
    vats.delete(index);
    memory.forget(index);
    if (newest?.index === index) newest = undefined;
  };
  const end = (index: VatIndex, kind: FailureKind, message: string): void => {
    const n = vats.get(index)?.newest ?? 0;
    remove(index);
    outbox.say(['failed', index, kind, n, message]);
  };

  const scheduler = makeScheduler({
    stepsPerSlice: STEPS_PER_SLICE,
    timeSlice: TIME_SLICE,
    now: () => performance.now(),
    endSlice: async () => {
      outbox.flush();
      const excess = newest === undefined ? undefined : memory.endSlice(newest.index);
      if (excess !== undefined) end(excess.vat, 'out-of-memory', excess.message);
      await nextImmediate();
      outbox.flush();
    },
  });

  const makeVat = (index: VatIndex, start: StartMessage): ThreadVat => {
    const { console, renew } = makeVatConsole((level, text) => {
      outbox.say(['console', index, level, text, vat.newest]);
      // Within a crank it waits for the record; otherwise nothing comes after it.
      if (!running) outbox.flush();
    });
    if (start.bundle !== undefined) bundles.set(start.bundleID, start.bundle);

    const ambient = makeAmbient();
    const load = async (): Promise<Supervisor> =>
      makeSupervisor({
        vatID: start.vatID,
        makeLiveSlots: await loadLiveSlots(start.liveslots),
        vatstore: readerFor(index),
        ...(start.rows === undefined ? {} : { vatstoreRows: pairs(start.rows) }),
        buildVatNamespace: makeBuildVatNamespace({
          name: start.name,
          loadBundle: () => bundles.get(start.bundleID) as string,
          readBundle,
          console,
          ambient,
        }),
        ambient,
        gcTools: makeGcTools(enginePowers),
        console,
        emit: (text) => {
          if (vats.has(index)) outbox.record(index, text);
        },
      });

    let loading: Promise<Supervisor> | undefined;
    const runner = makeVatRunner(() => (loading ??= load()), {
      crankBegins: (n, isReplay) => {
        renew(isReplay);
        newest = vat;
        vat.newest = n;
        running = true;
        signs.begin(index, n);
        outbox.begin();
      },
      crankEnds: () => {
        running = false;
        signs.clear();
      },
      replayed: (n, entries) => {
        outbox.say(['replayed', index, n, entries]);
      },
      diverged: (divergence) => {
        outbox.say(['diverged', index, divergence]);
      },
      failed: (message) => {
        end(index, vat.newest === 0 ? 'load-failed' : 'crashed', message);
      },
    });
    const vat: ThreadVat = {
      index,
      newest: 0,
      runner,
      unhandled: (reason) => {
        console.error('Unhandled rejection:', reason);
      },
    };
    return vat;
  };

  const handle = (message: ToThread): void => {
    const [tag, index] = message;
    if (tag === 'start') {
      vats.set(index, makeVat(index, message[2]));
      return;
    }
    const vat = vats.get(index);
    if (tag === 'stop') {
      remove(index);
      outbox.say(['stopped', index]);
      outbox.flush();
      return;
    }
    if (vat === undefined) return;
    vat.runner[tag](message[2]);
    scheduler.wake(vat.runner);
  };

  return {
    handle,
    unhandled: (reason: unknown): void => {
      newest?.unhandled(reason);
      outbox.flush();
    },
  };
};
