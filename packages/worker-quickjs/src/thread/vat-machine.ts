/** One vat in its machine: what it is asked, what it says, and how it ends. */
import { createHash } from 'node:crypto';
import type { ConsoleLevel, Divergence } from '@cooperage/types';
import { STEP } from '@cooperage/worker-kit/inside';
import { type Engine, type Machine, MachineStopped, type StopReason } from '../engine/engine.js';
import { countDifferingPages, differenceOf } from '../heap-delta.js';
import { formatImage } from '../heap-image.js';
import type { ReadOperation, StartMessage, TakenImage } from '../protocol.js';
import type { MachineSlots, Resident } from './machine-slots.js';
import { type Heap, startFrom } from './heaps.js';
import { makePastCrank, type PastCrank } from './past-crank.js';

export interface VatMachineEvents {
  readonly record: (text: string) => void;
  readonly console: (level: ConsoleLevel, text: string, n: number) => void;
  readonly diverged: (divergence: Divergence) => void;
  readonly read: (operation: ReadOperation, key: string) => string | undefined;
  /** The vat was stopped while it ran. */
  readonly isStopped: () => boolean;
}

export interface VatMachinePowers {
  readonly engine: Engine;
  readonly slots: MachineSlots;
  /** What the vat starts from. */
  readonly heap: Heap;
  /** Where that has no bundle in it yet: told of a machine that has, before there is a vat in it. */
  readonly keepPrepared: (machine: Machine) => void;
  readonly start: StartMessage;
  readonly events: VatMachineEvents;
  /** Milliseconds, from a clock that only goes forward. */
  readonly now: () => number;
}

/** The crank used up its meter. */
export interface Exhausted {
  readonly message: string;
  readonly computrons: number;
}

export interface VatMachine {
  readonly newest: number;
  /**
   * @returns where the crank used up its meter
   * @throws {MachineStopped} or another error; the machine is of no use afterwards
   */
  run(kind: 'replay' | 'deliver', text: string, computrons?: number): Exhausted | undefined;
  /** The heap as it is now; compressing it is done aside. */
  image(): Promise<TakenImage>;
  /**
   * Nothing more is asked of it.
   * @param isWhole it was not stopped in the middle of a crank
   */
  end(isWhole: boolean): void;
}

const USAGE = '"usage":null}';

/** The record's text with what the crank used, which only the host knows. */
const withUsage = (record: string, computrons: number): string =>
  `${record.slice(0, -USAGE.length)}"usage":{"computrons":${computrons}}}`;

/** JSON leaves out what is undefined. */
const divergenceOf = (text: string): Divergence => {
  const { n, index, expected, actual } = JSON.parse(text) as Partial<Divergence> &
    Pick<Divergence, 'n' | 'index'>;
  return { n, index, expected, actual };
};

/** Of a delivery, or of the one in an entry of a transcript: both are written with the number first. */
const NUMBER = /^(?:\{"delivery":)?\{"n":(\d{1,16})[,}]/;

/** A vat's first delivery is not the first one where it was upgraded: an incarnation goes on counting. */
export const numberOf = (text: string): number => {
  const [, digits] = NUMBER.exec(text) ?? [];
  if (digits !== undefined) return Number(digits);
  const parsed = JSON.parse(text) as { readonly n: number } | { readonly delivery: { n: number } };
  return 'n' in parsed ? parsed.n : parsed.delivery.n;
};

/** Whether it is a bundle of Cooperage's own form, whose script can be compiled ahead. */
const hasScript = (bundle: string): boolean => {
  try {
    const { source, cooperage } = JSON.parse(bundle) as Record<string, unknown>;
    return typeof source === 'string' && typeof cooperage === 'object';
  } catch {
    return false;
  }
};

export const makeVatMachine = (powers: VatMachinePowers): VatMachine => {
  const { engine, slots, heap, start, events, now } = powers;
  const { build, computronLimit, crankTimeLimit, memoryLimit } = start;
  /** Milliseconds that the crank may still take. */
  let left = Infinity;
  let polled = 0;
  let record: string | undefined;
  let failure: string | undefined;
  /** What is run again, as it was then. */
  let past: PastCrank | undefined;

  /** The next key, of those in the store and one that is not there yet. */
  const nextKey = (text: string): string | undefined => {
    const [prior, own, gone] = JSON.parse(text) as [string, string | null, readonly string[]];
    if (past !== undefined) return past.read('vatstoreGetNextKey', prior);
    let stored = events.read('getNextKey', prior);
    while (stored !== undefined && gone.includes(stored))
      stored = events.read('getNextKey', stored);
    return stored === undefined || (own !== null && own < stored) ? (own ?? undefined) : stored;
  };

  const host = (operation: string, text: string): string | undefined => {
    switch (operation) {
      case 'get':
        return past === undefined ? events.read('get', text) : past.read('vatstoreGet', text);
      case 'getNextKey':
        return past === undefined
          ? events.read('getNextKey', text)
          : past.read('vatstoreGetNextKey', text);
      case 'nextKey':
        return nextKey(text);
      case 'bundle':
        return events.read('bundle', text);
      case 'hash':
        return createHash('sha256')
          .update(events.read('bundle', '') ?? '')
          .digest('hex');
      case 'record':
        record = text;
        return undefined;
      case 'diverged':
        events.diverged(divergenceOf(text));
        return undefined;
      case 'failed':
        failure = text;
        return undefined;
      default:
        if (past === undefined) events.console(operation as ConsoleLevel, text, newest);
        return undefined;
    }
  };
  const poll = (): readonly [StopReason, string] | undefined => {
    if (events.isStopped()) return ['stopped', 'the vat was stopped'];
    const time = now();
    // A thread that stands still between two polls is stopped by a debugger, or waits for the processor.
    left -= Math.min(time - polled, STEP);
    polled = time;
    if (left > 0) return undefined;
    const what = newest === 0 ? `the code of ${start.name}` : `crank ${newest} of ${start.name}`;
    const message = `${what} took more than ${crankTimeLimit} ms`;
    return ['time-limit', message];
  };

  const lodge = (from: Heap): Resident => ({
    build,
    powers: { host, poll },
    limits: { memoryLimit },
    resting: startFrom(from),
  });
  let resident = lodge(heap);
  /** The heap that images may be differences to: what is below it is, too. */
  const nearest = heap.isPrepared || heap.uses === 1 ? (heap.base ?? heap) : heap;
  let { n: newest } = heap;
  /** What the vat began with, and what was run again since, as long as that may have to be done anew. */
  let history: { readonly from: Heap; readonly entries: string[] } | undefined = {
    from: heap,
    entries: [],
  };

  /**
   * Compiles the bundle's script in a heap that has none. It counts for no meter: which vat is the first of its bundle in a
   * thread is chance, and its cranks cost what those of the others do.
   */
  const prepare = (machine: Machine): void => {
    const bundle = events.read('bundle', '');
    if (bundle === undefined || !hasScript(bundle)) return;
    left = crankTimeLimit;
    polled = now();
    if (machine.call('prepare', bundle) === undefined) return;
    machine.tidy();
    powers.keepPrepared(machine);
  };
  const introduce = (): void => {
    if (newest > 0) return;
    const machine = slots.machineOf(resident);
    machine.startMeter(undefined);
    if (!heap.isPrepared) prepare(machine);
    machine.call('start', JSON.stringify({ vatID: start.vatID, name: start.name }));
  };
  introduce();

  const call = (operation: 'replay' | 'deliver', text: string, limit?: number): void => {
    newest = numberOf(text);
    record = undefined;
    const machine = slots.machineOf(resident);
    left = crankTimeLimit;
    polled = now();
    machine.startMeter(limit);
    machine.call(operation, text);
    if (failure !== undefined) throw Error(failure);
  };

  /** @returns false where the vat does not do the same again */
  const repeat = (entry: string): boolean => {
    const crank = makePastCrank(entry);
    past = crank;
    try {
      call('deliver', crank.delivery);
    } catch (thrown) {
      if (!crank.differs) throw thrown;
    } finally {
      past = undefined;
    }
    return crank.isLike(record);
  };

  /**
   * Replays a crank. If another build of the engine, or another engine, wrote the transcript, what the vat collects may
   * differ. Then the whole transcript is replayed a second time, with the collected objects taken from the records, and
   * the first difference is reported.
   */
  const replay = (entry: string): void => {
    if (history === undefined) {
      call('replay', entry);
      return;
    }
    history.entries.push(entry);
    if (repeat(entry)) return;
    const { from, entries } = history;
    history = undefined;
    failure = undefined;
    slots.leave(resident, false);
    resident = lodge(from);
    newest = from.n;
    introduce();
    for (const each of entries) call('replay', each);
  };

  /** The base with which the image is smallest: what several vats share, or the engine's own. */
  const baseFor = (memory: Uint8Array): Heap => {
    let best: Heap | undefined;
    let least = Infinity;
    for (let each: Heap | undefined = nearest; each !== undefined; each = each.base) {
      if (each.uses < 2 && each.base !== undefined) continue;
      const differences = countDifferingPages(memory, each.memory);
      // A longer way to the bottom must be worth it.
      if (best !== undefined && differences > least + least / 2) continue;
      best = each;
      least = differences;
    }
    return best ?? nearest;
  };

  return {
    get newest() {
      return newest;
    },
    run: (kind, text, computrons = Infinity) => {
      if (kind === 'replay') {
        replay(text);
        return undefined;
      }
      history = undefined;
      try {
        call(
          'deliver',
          text,
          computronLimit === undefined ? undefined : Math.min(computronLimit, computrons),
        );
      } catch (thrown) {
        if (!(thrown instanceof MachineStopped) || thrown.reason !== 'exhausted') throw thrown;
        return { message: thrown.message, computrons: slots.machineOf(resident).used };
      }
      if (record !== undefined) {
        events.record(
          build === 'metered' ? withUsage(record, slots.machineOf(resident).used) : record,
        );
      }
      return undefined;
    },
    image: async () => {
      const n = newest;
      const machine = slots.machineOf(resident);
      const memory = machine.memory();
      const state = machine.state();
      const base = baseFor(memory);
      const delta = differenceOf(memory, base.memory);
      const bytes = await formatImage(delta, { engine: engine.id, state, n, base: base.hash });
      return { n, engine: engine.id, base: base.hash, bytes };
    },
    end: (isWhole) => {
      slots.leave(resident, isWhole);
    },
  };
};
