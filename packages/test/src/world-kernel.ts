import { makeKernelStore, type MemoryBackend } from '@cooperage/store';
import { CooperageError, type VatID } from '@cooperage/types';
import { readRecording, type Recording } from '@cooperage/recording';
import type { CooperageKernel } from 'cooperage';
import type { PlayedKernel } from 'cooperage/testing';
import { type Base, openKernelOfWorld, pool } from './base.js';
import { nextImmediate } from './driver.js';
import { type Gate, makeGate } from './gate.js';
import { choicesOf, type Order } from './exploring/order.js';
import type { VirtualTime } from './virtual-time.js';

/** The kernel of a world, through all its ends and beginnings. */
export interface WorldKernel {
  /** The present one, or the one that was killed. */
  readonly kernel: CooperageKernel;
  readonly inside: PlayedKernel | undefined;
  readonly gate: Gate;
  readonly isDown: boolean;
  /** What vats wrote to their consoles, and what was logged. */
  readonly console: readonly { readonly vat: string; readonly text: string }[];
  open(): Promise<void>;
  kill(): Promise<void>;
  close(): Promise<void>;
  /** @throws {CooperageError} `CLOSED` where no kernel is there */
  insistUp(): void;
  recording(): Recording;
  choices(): { readonly first: number; readonly made: number };
}

export interface WorldKernelPowers {
  readonly base: Base;
  readonly order: Order;
  readonly seed: number;
  readonly services: Readonly<Record<string, object>>;
  readonly time: VirtualTime;
  /** Told of each answer that the scenario waits for. */
  readonly awaits: (answer: Promise<unknown>) => void;
  /** A worker got something to do. */
  readonly onWork: () => void;
}

/** The number of the next choice that a kernel makes. */
const firstChoice = (rows: { get(key: string): string | undefined }): number =>
  Number(rows.get('k.choice') ?? 0) + 1;

/** What vats said: the records of vats that are gone went with them. */
const makeRecordStore = () => {
  const records = new Map<string, string>();
  return {
    keep: (vatID: VatID, text: string): void => {
      const n = /"n":(\d+)/.exec(text)?.[1];
      if (n !== undefined) records.set(`${vatID} ${n}`, text);
    },
    find: (vatID: VatID, n: number): string | undefined => records.get(`${vatID} ${n}`),
  };
};

export const makeWorldKernel = (powers: WorldKernelPowers): WorldKernel => {
  const { base, order, seed, services, time, awaits, onWork } = powers;
  let backend: MemoryBackend = base.fork();
  const first = firstChoice(backend);
  const lines: { vat: string; text: string }[] = [];
  const recordStore = makeRecordStore();
  const newGate = () => makeGate(pool(), { onRecord: recordStore.keep, onWork });
  let gate = newGate();
  let inside: PlayedKernel | undefined;
  let kernel: CooperageKernel;
  let isDown = true;
  let closed = false;
  /** Resolves when the kernel that was killed is open again. */
  let up: Promise<void> | undefined;
  let sayUp: () => void = () => undefined;

  const insistUp = (): void => {
    if (closed) throw new CooperageError('CLOSED', 'the world is closed');
    if (isDown) throw new CooperageError('CLOSED', 'the kernel was killed: reopen the world first');
  };

  return {
    get kernel() {
      return kernel;
    },
    get inside() {
      return inside;
    },
    get gate() {
      return gate;
    },
    get isDown() {
      return isDown;
    },
    console: lines,
    insistUp,
    open: async () => {
      kernel = await openKernelOfWorld(base.config, {
        backend,
        workers: gate.workers,
        services,
        seed,
        online: order.online,
        played: {
          clock: time,
          choices: choicesOf(order, first),
          switchboard: inside?.switchboard,
          whenUp: () => up,
          awaits,
          opened: (made) => {
            inside = made;
          },
        },
        onConsole: (vat, text) => lines.push({ vat, text }),
      });
      kernel.start();
      isDown = false;
      up = undefined;
      sayUp();
    },
    kill: async () => {
      insistUp();
      // `E()` sends in a later turn: what the scenario has recordStore is recordStore.
      await nextImmediate();
      await inside?.runner.flush();
      isDown = true;
      up = new Promise((resolve) => {
        sayUp = resolve;
      });
      inside?.kill();
      await gate.clear();
      gate = newGate();
      backend = backend.reopen();
    },
    close: async () => {
      closed = true;
      if (isDown) return;
      isDown = true;
      await kernel.close();
    },
    recording: () =>
      readRecording(makeKernelStore(backend.fork()), {
        recordOf: recordStore.find,
      }),
    choices: () => ({ first, made: firstChoice(backend) - first }),
  };
};
