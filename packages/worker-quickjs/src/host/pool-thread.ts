/** One thread of the pool and the vats in it. */
import { Worker } from 'node:worker_threads';
import { clip, type DeliveryNumber, messageOf, type WorkerExit } from '@cooperage/types';
import {
  type CrankSign,
  hearBatch,
  makeAnswering,
  makeCrankSigns,
} from '@cooperage/worker-thread/pool';
import { threadEntry } from '../built-files.js';
import type { Build } from '../engine/engine.js';
import type { FromThread, StartMessage, ThreadData, ToThread, VatIndex } from '../protocol.js';
import type { HostedVat } from './hosted-vat.js';
import { insistFromThread } from './insist-message.js';
import type { Verdict } from './watchdog.js';

export interface PoolThreadPowers {
  readonly liveslots: Readonly<Record<string, string>>;
  /** Machines of each build that the thread's vats share. */
  readonly awake: number;
  /** The build on which vats run that nobody meters. */
  readonly unmetered: Build;
  /** What the thread itself prints, for the people who run the host. */
  readonly log: (text: string) => void;
  /** An image that others will be based on. */
  readonly onBase: (hash: string, bytes: Uint8Array) => void;
  /** The thread has run its first crank. */
  readonly onFirstRecord: () => void;
  /** The thread is gone, and its vats with it. */
  readonly onGone: () => void;
}

export interface PoolThread {
  readonly vats: ReadonlyMap<VatIndex, HostedVat>;
  add(vat: HostedVat, start: StartMessage): void;
  replay(vat: HostedVat, entries: readonly string[]): void;
  deliver(
    vat: HostedVat,
    deliveries: readonly string[],
    computrons?: readonly (number | undefined)[],
  ): void;
  snapshot(vat: HostedVat): void;
  /** Resolves when nothing of the vat runs any more. */
  remove(vat: HostedVat): Promise<void>;
  /** Part of the time since it was last asked that the thread was not idle, from 0 to 1. */
  utilization(): number;
  readonly sign: CrankSign;
  /** Something is still to come from this thread. */
  readonly busy: boolean;
  /** Posts that came from it so far. */
  readonly heard: number;
  /** Ends the thread at once: the culprit is told why, the others that it was not their doing. */
  condemn(verdict: Verdict): void;
  /** Ends the thread; its vats hear nothing. */
  terminate(): Promise<void>;
}

/**
 * Megabytes of stack. Recursion in a vat is bounded by the engine in the thread, at the same depth everywhere; the
 * stack under the engine must be large enough for that.
 */
const STACK = 16;

/** A vat that was told to stop, with what waits for it. */
interface Stopping {
  readonly stopped: Promise<void>;
  readonly resolve: () => void;
}

const failureOf = ([, , kind, n, message]: FromThread &
  readonly ['failed', ...unknown[]]): WorkerExit =>
  n === 0 ? { kind, message } : { kind, n: n as DeliveryNumber, message };

export const makePoolThread = (powers: PoolThreadPowers): PoolThread => {
  const { liveslots, awake, unmetered, log, onBase, onFirstRecord, onGone } = powers;
  const vats = new Map<VatIndex, HostedVat>();
  const stopping = new Map<VatIndex, Stopping>();
  const signs = makeCrankSigns();
  signs.clear();
  const halt = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const answering = makeAnswering();
  const data: ThreadData = {
    signs: signs.memory,
    halt: halt.buffer,
    answered: answering.answered,
    answers: answering.answers,
    liveslots,
    awake,
    unmetered,
  };
  const worker = new Worker(threadEntry(), {
    workerData: data,
    transferList: [answering.answers],
    // A thread takes nothing from how the host was started, nor from its environment.
    execArgv: [],
    env: {},
    resourceLimits: { stackSizeMb: STACK },
    name: 'cooperage-quickjs-vats',
  });
  worker.unref();
  let alive = true;
  let kept = false;
  let hasRun = false;
  let lastWords: string | undefined;
  /** Posts that came from the thread. */
  let heard = 0;
  /** Every vat that was ever in the thread. */
  const wasHere = new Set<VatIndex>();

  /** Vats that owed something when they were last looked at: not all vats are looked at for each record. */
  const owing = new Set<HostedVat>();
  const isBusy = (): boolean => {
    if (stopping.size > 0) return true;
    for (const vat of owing) {
      if (vat.busy) return true;
      owing.delete(vat);
    }
    return false;
  };
  /** A thread keeps the process alive while something is to come from it. */
  const keepAlive = (keep: boolean): void => {
    if (keep === kept || !alive) return;
    kept = keep;
    if (keep) worker.ref();
    else worker.unref();
  };

  let outbox: ToThread[] = [];
  const flush = (): void => {
    const batch = outbox;
    outbox = [];
    if (alive) worker.postMessage(batch);
  };
  const post = (message: ToThread): void => {
    // One post for all that is said in one tick.
    if (outbox.length === 0) process.nextTick(flush);
    outbox.push(message);
  };

  const answer = (
    vat: HostedVat | undefined,
    [, , operation, key]: FromThread & readonly ['read', ...unknown[]],
  ): void => {
    let value: string | undefined;
    try {
      if (vat !== undefined) {
        const { spec } = vat;
        value = operation === 'bundle' ? spec.loadBundle() : spec.vatstore[operation](key);
      }
    } catch (thrown) {
      vat?.exit({ kind: 'crashed', message: `the store cannot be read: ${messageOf(thrown)}` });
    }
    answering.answer(value ?? null);
  };

  const hear = (message: FromThread): void => {
    if (message[0] === 'log') {
      log(message[1]);
      return;
    }
    if (message[0] === 'base') {
      onBase(message[1], message[2]);
      return;
    }
    const vat = vats.get(message[1]);
    switch (message[0]) {
      case 'read':
        answer(vat, message);
        return;
      case 'stopped':
        stopping.get(message[1])?.resolve();
        return;
      case 'failed':
        vat?.exit(failureOf(message));
        vats.delete(message[1]);
        return;
      case 'records':
      case 'replayed':
      case 'console':
      case 'diverged':
      case 'image':
        vat?.tell(message);
        if (message[0] !== 'records' || hasRun) return;
        hasRun = true;
        onFirstRecord();
        return;
      default:
        message satisfies never;
    }
  };

  /** The thread is not what it was: it ends, and the vat in whose name it spoke is to blame, if there is one. */
  const broken = (why: string, about: unknown): void => {
    const { running } = signs.read();
    const culprit = [about, running].find((each) => vats.has(each as VatIndex));
    const message = `its thread said what no thread says: ${why}`;
    condemn({ culprit: culprit as VatIndex | undefined, kind: 'crashed', n: 0, message });
  };

  worker.on('message', (batch: unknown) => {
    hearBatch(batch, { insist: insistFromThread, hear, broken, listens: () => alive });
    heard += 1;
    if (kept && !isBusy()) keepAlive(false);
  });
  worker.on('messageerror', () => broken('it posted what cannot be copied', undefined));

  /** What the signs say of an end that nobody here ordered. */
  const judge = (message: string): Verdict => {
    const { running, n } = signs.read();
    return { culprit: running, kind: 'crashed', n, message };
  };
  const exitOf = (vat: HostedVat, { culprit, kind, n, message }: Verdict): WorkerExit => {
    // What the signs name may be no vat of this thread: it could write anything there.
    if (culprit === undefined || !wasHere.has(culprit)) return { kind: 'crashed', message };
    if (vat.index === culprit) {
      return n > 0 ? { kind, n: n as DeliveryNumber, message } : { kind, message };
    }
    return {
      kind: 'collateral',
      message: `the thread ended during another vat's crank: ${message}`,
    };
  };
  /** @param why absent where the vats are not to be told */
  const end = (why?: Verdict): void => {
    if (!alive) return;
    alive = false;
    answering.close();
    const lost = [...vats.values()];
    vats.clear();
    onGone();
    for (const { resolve } of stopping.values()) resolve();
    for (const vat of lost) {
      if (why === undefined) vat.silence();
      else vat.exit(exitOf(vat, why));
    }
  };
  worker.on('error', (thrown: unknown) => {
    // What the thread threw is a copy, but of anything.
    lastWords = clip(messageOf(thrown));
  });
  worker.on('exit', (code) => {
    end(judge(lastWords ?? `the thread ended with exit code ${code}`));
  });

  const condemn = (verdict: Verdict): void => {
    if (!alive) return;
    end(verdict);
    void worker.terminate();
  };

  /** So many answers of the vat are due. @returns false where none will come */
  const expect = (vat: HostedVat, answers: number): boolean => {
    if (vat.silent || !alive) return false;
    vat.owe(answers);
    owing.add(vat);
    keepAlive(true);
    return true;
  };

  let measured = worker.performance.eventLoopUtilization();

  return {
    vats,
    add: (vat, start) => {
      vats.set(vat.index, vat);
      wasHere.add(vat.index);
      post(['start', vat.index, start]);
    },
    replay: (vat, entries) => {
      if (!expect(vat, entries.length)) return;
      const last = outbox[outbox.length - 1];
      if (last?.[0] === 'replay' && last[1] === vat.index) {
        for (const entry of entries) last[2].push(entry);
      } else post(['replay', vat.index, [...entries]]);
    },
    deliver: (vat, deliveries, computrons) => {
      if (!expect(vat, deliveries.length)) return;
      const last = outbox[outbox.length - 1];
      const isMore = last?.[0] === 'deliver' && last[1] === vat.index;
      // Whoever pays by the computron is given one after the other, each with its limit.
      if (isMore && computrons === undefined && last[3] === undefined) {
        for (const delivery of deliveries) last[2].push(delivery);
      } else post(['deliver', vat.index, [...deliveries], computrons && [...computrons]]);
    },
    snapshot: (vat) => {
      if (expect(vat, 1)) post(['snapshot', vat.index]);
    },
    remove: async (vat) => {
      vat.silence();
      if (!alive || !vats.has(vat.index)) return;
      const under = stopping.get(vat.index);
      if (under !== undefined) return under.stopped;
      let resolve = (): void => undefined;
      const stopped = new Promise<void>((settle) => {
        resolve = settle;
      });
      stopping.set(vat.index, { stopped, resolve });
      // A crank of it that is under way is broken off when the engine next asks.
      Atomics.store(halt, 0, vat.index);
      post(['stop', vat.index]);
      keepAlive(true);
      await stopped;
      stopping.delete(vat.index);
      vats.delete(vat.index);
      if (alive) keepAlive(isBusy());
    },
    utilization: () => {
      const before = measured;
      measured = worker.performance.eventLoopUtilization();
      return worker.performance.eventLoopUtilization(measured, before).utilization;
    },
    get sign() {
      return signs.read();
    },
    get busy() {
      return isBusy();
    },
    get heard() {
      return heard;
    },
    condemn,
    terminate: async () => {
      end();
      worker.ref();
      await worker.terminate();
    },
  };
};
