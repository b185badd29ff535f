/** The vats of one thread: starts them, hands them their work, and says what becomes of it. */
import { messageOf, type WorkerExit } from '@cooperage/types';
import {
  type CrankSigns,
  describeFrames,
  framesOfStack,
  type Outbox,
} from '@cooperage/worker-kit/inside';
import { type Engine, MachineStopped } from '../engine/engine.js';
import { BadImage } from '../heap-image.js';
import type { FromThread, ReadOperation, StartMessage, ToThread, VatIndex } from '../protocol.js';
import type { MachineSlots } from './machine-slots.js';
import type { Heaps } from './heaps.js';
import { makeVatMachine, numberOf, type VatMachine } from './vat-machine.js';

export interface ThreadVatsPowers {
  readonly engine: Engine;
  readonly heaps: Heaps;
  readonly slots: MachineSlots;
  readonly outbox: Outbox<FromThread>;
  readonly signs: CrankSigns;
  readonly read: (vat: VatIndex, operation: ReadOperation, key: string) => string | undefined;
  /** The vat whose crank is to be broken off. */
  readonly stopFlag: Int32Array;
  /** Calls back in another turn of the event loop. */
  readonly nextTask: (callback: () => void) => void;
  readonly now: () => number;
}

interface Work {
  readonly kind: 'replay' | 'deliver' | 'snapshot';
  readonly text: string;
  /** What it may use, where that is less than the vat's limit. */
  readonly computrons?: number | undefined;
}

interface ThreadVat {
  readonly index: VatIndex;
  readonly start: StartMessage;
  /** What it starts from; let go of when it has started. */
  images: StartMessage['images'];
  work: Work[];
  /** Index in `work` of what comes next. */
  next: number;
  machine: VatMachine | undefined;
  /** Replayed since it was last said. */
  replayed: number;
  /** It says nothing more: it diverged, or its meter is used up. */
  done: boolean;
}

/** The most milliseconds, and the most cranks, of a vat before the next vat runs. */
const TIME_SLICE = 20;
const STEPS_PER_SLICE = 32;
const BUNDLES = 64;

export const makeThreadVats = (powers: ThreadVatsPowers) => {
  const { engine, heaps, slots, outbox, signs, read, stopFlag, nextTask, now } = powers;
  const vats = new Map<VatIndex, ThreadVat>();
  const bundles = new Map<string, string>();
  const waiting = new Set<ThreadVat>();
  let scheduled = false;

  const readBundle = ({ index, start }: ThreadVat): string | undefined => {
    const known = bundles.get(start.bundleID);
    if (known !== undefined) return known;
    const text = read(index, 'bundle', '');
    if (text === undefined) return undefined;
    for (const id of bundles.keys()) {
      if (bundles.size < BUNDLES) break;
      bundles.delete(id);
    }
    bundles.set(start.bundleID, text);
    return text;
  };

  /** @param isWhole its machine was not stopped in the middle of a crank */
  const silence = (vat: ThreadVat, isWhole: boolean): void => {
    vat.done = true;
    vat.work = [];
    vat.next = 0;
    vat.machine?.end(isWhole);
    vat.machine = undefined;
  };
  const fail = (vat: ThreadVat, kind: WorkerExit['kind'], n: number, message: string): void => {
    silence(vat, false);
    vats.delete(vat.index);
    outbox.say(['failed', vat.index, kind, n, message]);
  };

  const load = (vat: ThreadVat): VatMachine => {
    const { index, start } = vat;
    const own = heaps.baseOf(start.liveslots);
    const heap =
      vat.images === undefined
        ? (heaps.preparedFor(own, start.bundleID) ?? own)
        : heaps.fromImages(vat.images);
    vat.images = undefined;
    return makeVatMachine({
      engine,
      slots,
      heap,
      keepPrepared: (machine) => {
        heaps.keepPrepared(own, start.bundleID, machine);
      },
      start,
      now,
      events: {
        record: (text) => {
          outbox.record(index, text);
        },
        console: (level, text, n) => {
          outbox.say(['console', index, level, text, n]);
        },
        diverged: (divergence) => {
          vat.done = true;
          outbox.say(['diverged', index, divergence]);
        },
        read: (operation, key) =>
          operation === 'bundle' ? readBundle(vat) : read(index, operation, key),
        isStopped: () => Atomics.load(stopFlag, 0) === index,
      },
    });
  };

  const exitOf = (thrown: unknown, machine: VatMachine | undefined): WorkerExit['kind'] => {
    if (thrown instanceof BadImage) return 'bad-image';
    if (thrown instanceof MachineStopped) {
      return thrown.reason === 'time-limit' || thrown.reason === 'out-of-memory'
        ? thrown.reason
        : 'crashed';
    }
    return machine === undefined ? 'load-failed' : 'crashed';
  };

  const reasonFor = (thrown: unknown): string => {
    const frames = thrown instanceof MachineStopped ? framesOfStack(thrown.at) : [];
    const place = describeFrames(frames.filter(({ place }) => !place.startsWith('<')));
    return place === undefined ? messageOf(thrown) : `${messageOf(thrown)}: it was at ${place}`;
  };

  /** Each request for an image is answered. */
  const refuseImage = (index: VatIndex): void => {
    outbox.say(['image', index, undefined]);
    outbox.flush();
  };
  const takeImage = (index: VatIndex, machine: VatMachine): void => {
    machine.image().then(
      (image) => {
        outbox.say(['image', index, image]);
        outbox.flush();
      },
      (error: unknown) => {
        outbox.say(['log', `the heap could not be copied: ${messageOf(error)}`]);
        refuseImage(index);
      },
    );
  };

  const step = (vat: ThreadVat, { kind, text, computrons: limit }: Work): void => {
    if (kind !== 'snapshot') {
      signs.begin(vat.index, numberOf(text));
      outbox.begin();
    }
    vat.machine ??= load(vat);
    const { machine } = vat;
    if (kind === 'snapshot') {
      takeImage(vat.index, machine);
      return;
    }
    const exhausted = machine.run(kind, text, limit);
    if (exhausted !== undefined) {
      const { message, computrons } = exhausted;
      const status = JSON.stringify(['exhausted', message]);
      const usage = `{"computrons":${computrons}}`;
      outbox.record(
        vat.index,
        `{"n":${machine.newest},"status":${status},"syscalls":[],"usage":${usage}}`,
      );
      silence(vat, false);
      return;
    }
    if (kind !== 'replay' || vat.done) return;
    vat.replayed += 1;
    if (vat.work[vat.next]?.kind === 'replay') return;
    outbox.say(['replayed', vat.index, machine.newest, vat.replayed]);
    vat.replayed = 0;
  };

  /** Does one piece of work. @returns false where there is none */
  const takeStep = (vat: ThreadVat): boolean => {
    const work = vat.work[vat.next];
    if (work === undefined || vat.done) return false;
    vat.next += 1;
    if (vat.next === vat.work.length) {
      vat.work = [];
      vat.next = 0;
    }
    try {
      step(vat, work);
    } catch (thrown) {
      const { machine } = vat;
      fail(vat, exitOf(thrown, machine), machine?.newest ?? 0, reasonFor(thrown));
    }
    signs.clear();
    return true;
  };

  const runSlice = (): void => {
    scheduled = false;
    const [vat] = waiting;
    if (vat !== undefined) {
      waiting.delete(vat);
      const end = now() + TIME_SLICE;
      let more = true;
      for (let i = 0; more && i < STEPS_PER_SLICE && now() < end; i += 1) more = takeStep(vat);
      if (more) waiting.add(vat);
    }
    outbox.flush();
    schedule();
    if (!scheduled) nextTask(prepare);
  };
  /** What the next vat needs is made ready before it comes, unless it is there already. */
  const prepare = (): void => {
    if (!scheduled) slots.makeRoom();
  };
  const schedule = (): void => {
    if (scheduled || waiting.size === 0) return;
    scheduled = true;
    nextTask(runSlice);
  };

  const add = (vat: ThreadVat, work: readonly Work[]): void => {
    if (vat.done) {
      if (work[0]?.kind === 'snapshot') refuseImage(vat.index);
      return;
    }
    for (const each of work) vat.work.push(each);
    waiting.add(vat);
    schedule();
  };

  const handle = (message: ToThread): void => {
    const [tag, index] = message;
    if (tag === 'start') {
      const { images, ...start } = message[2];
      vats.set(index, {
        index,
        start,
        images,
        work: [],
        next: 0,
        machine: undefined,
        replayed: 0,
        done: false,
      });
      return;
    }
    const vat = vats.get(index);
    if (tag === 'stop') {
      if (vat !== undefined) silence(vat, true);
      vats.delete(index);
      outbox.say(['stopped', index]);
      outbox.flush();
    } else if (vat === undefined) {
      if (tag === 'snapshot') refuseImage(index);
    } else if (tag === 'snapshot') add(vat, [{ kind: 'snapshot', text: '' }]);
    else {
      const [, , texts, computrons] = message;
      add(
        vat,
        texts.map((text, i) => ({ kind: tag, text, computrons: computrons?.[i] })),
      );
    }
  };

  return { handle };
};
