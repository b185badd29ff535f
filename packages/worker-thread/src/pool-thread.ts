/** One thread of the pool and the vats in it. */
import { Worker } from 'node:worker_threads';
import {
  type BundleID,
  clip,
  type DeliveryNumber,
  messageOf,
  type WorkerExit,
  codeOf,
} from '@cooperage/types';
import { makeAnswering } from './answering.js';
import { type CrankSign, makeCrankSigns } from './crank-signs.js';
import type { HostedVat } from './hosted-vat.js';
import { hearBatch, insistFromThread } from './insist-message.js';
import type { FromThread, ThreadData, ToThread, VatIndex } from './protocol.js';
import { makeThreadStat, type ThreadStat } from './watch/thread-stat.js';
import { readRows } from './read-rows.js';
import { threadEntry } from './thread-entry.js';

/** Why a thread is brought to an end: which vat is to blame, and for what. */
export interface Verdict {
  readonly culprit: VatIndex | undefined;
  readonly kind: 'time-limit' | 'out-of-memory' | 'crashed';
  readonly n: number;
  readonly message: string;
}

export interface PoolThreadPowers {
  /** Megabytes of heap that vats may keep. */
  readonly heapLimit: number;
  /** Megabytes outside the heap. */
  readonly externalLimit: number;
  /** What the thread itself prints, for the people who run the host. */
  readonly log: (text: string) => void;
  /** Module that exports `makeLiveSlots`, by name; null for ours, undefined for an unknown name. */
  readonly specifierOf: (liveslots: string) => string | null | undefined;
  /** The thread is gone, and its vats with it. */
  readonly onGone: () => void;
}

export interface PoolThread extends ThreadStat {
  readonly vats: ReadonlyMap<VatIndex, HostedVat>;
  add(vat: HostedVat): void;
  send(vat: HostedVat, tag: 'replay' | 'deliver', texts: readonly string[]): void;
  /** Resolves when nothing of the vat runs any more. */
  remove(vat: HostedVat): Promise<void>;
  /** Something is still to come from this thread. */
  readonly busy: boolean;
  /** Posts that came from it so far. */
  readonly heard: number;
  /** Part of the time since it was last asked that the thread was not idle, from 0 to 1. */
  utilization(): number;
  readonly sign: CrankSign;
  readonly worker: Worker;
  /** Ends the thread at once: the culprit is told why, the others that it was not their doing. */
  condemn(verdict: Verdict): void;
  /** Ends the thread; its vats hear nothing. */
  terminate(): Promise<void>;
}

/**
 * Megabytes between what vats may take and where the engine itself says no. Its no ends the thread at the
 * next step of the code, but inside one long built-in operation it ends the whole process. So the engine's
 * limit stands so far off that the largest things that one operation makes fit in between, and vats are
 * stopped before they come near it.
 */
const HEADROOM = 3_072;

/** A vat that was told to stop, with what waits for it. */
interface Stopping {
  readonly stopped: Promise<void>;
  readonly resolve: () => void;
}

const failureOf = ([, , kind, n, message]: FromThread &
  readonly ['failed', ...unknown[]]): WorkerExit =>
  n === 0 ? { kind, message } : { kind, n: n as DeliveryNumber, message };

export const makePoolThread = (powers: PoolThreadPowers): PoolThread => {
  const { heapLimit, externalLimit, log, specifierOf, onGone } = powers;
  const vats = new Map<VatIndex, HostedVat>();
  const bundles = new Set<BundleID>();
  const stopping = new Map<VatIndex, Stopping>();
  const signs = makeCrankSigns();
  signs.clear();
  const answering = makeAnswering();
  const data: ThreadData = {
    signs: signs.memory,
    answered: answering.answered,
    answers: answering.answers,
    heapLimit,
    externalLimit,
  };
  const worker = new Worker(threadEntry(), {
    workerData: data,
    transferList: [answering.answers],
    // A thread takes nothing from how the host was started, nor from its environment.
    execArgv: [],
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: heapLimit + externalLimit + HEADROOM },
    name: 'cooperage-vats',
  });
  worker.unref();
  let verdict: Verdict | undefined;
  let alive = true;
  let threadID: number | undefined;
  /** Posts that came from the thread. */
  let heard = 0;
  /** Every vat that was ever in the thread. */
  const wasHere = new Set<VatIndex>();
  let kept = false;

  /** Vats that owed something when they were last looked at: not all vats are looked at for each record. */
  const owing = new Set<HostedVat>();
  const isBusy = (): boolean => {
    if (stopping.size > 0) return true;
    for (const vat of owing) {
      if (vat.owed > 0) return true;
      owing.delete(vat);
    }
    return false;
  };
  /**
   * A thread keeps the process alive while something is to come from it. One that is being ended does so until
   * it is gone, whatever it still had to say.
   */
  const keepAlive = (keep: boolean): void => {
    if (keep === kept || !alive) return;
    kept = keep;
    if (keep) worker.ref();
    else worker.unref();
  };

  let measured = worker.performance.eventLoopUtilization();

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
    message: FromThread & readonly ['read', ...unknown[]],
  ) => {
    let value: string | undefined;
    try {
      if (vat !== undefined) value = vat.spec.vatstore[message[2]](message[3]);
    } catch (thrown) {
      vat?.exit({ kind: 'crashed', message: `the store cannot be read: ${messageOf(thrown)}` });
    }
    answering.answer(value ?? null);
  };

  const hear = (message: FromThread): void => {
    if (message[0] === 'ready') {
      [, threadID] = message;
      return;
    }
    if (message[0] === 'log') {
      log(message[1]);
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
        vat?.tell(message);
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
  const judge = (thrown: unknown): Verdict => {
    const { running, n } = signs.read();
    // What the thread threw is a copy, but of anything.
    const outOfMemory = codeOf(thrown) === 'ERR_WORKER_OUT_OF_MEMORY';
    return {
      culprit: running,
      n,
      kind: outOfMemory ? 'out-of-memory' : 'crashed',
      message: outOfMemory ? 'the engine ran out of heap' : clip(messageOf(thrown)),
    };
  };
  worker.on('error', (thrown: unknown) => {
    verdict ??= judge(thrown);
  });
  worker.on('exit', (code) => {
    end(verdict ?? judge(Error(`the thread ended with exit code ${code}`)));
  });

  const exitOf = (vat: HostedVat, { culprit, kind, n, message }: Verdict): WorkerExit => {
    // What the signs name may be no vat of this thread: it could write anything there.
    if (culprit === undefined || !wasHere.has(culprit)) return { kind: 'crashed', message };
    if (vat.index !== culprit) {
      return { kind: 'collateral', message: `another vat of the thread ended it: ${message}` };
    }
    return n > 0 ? { kind, n: n as DeliveryNumber, message } : { kind, message };
  };

  const end = (why: Verdict | undefined): void => {
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

  const condemn = (why: Verdict): void => {
    if (!alive) return;
    verdict = why;
    end(why);
    void worker.terminate();
  };

  return {
    vats,
    add: (vat) => {
      const { index, spec } = vat;
      vats.set(index, vat);
      wasHere.add(index);
      const liveslots = specifierOf(spec.liveslots);
      if (liveslots === undefined) {
        throw Error(`no liveslots is named ${spec.liveslots}`);
      }
      const rows = readRows(spec.vatstore);
      const known = bundles.has(spec.bundleID);
      bundles.add(spec.bundleID);
      post([
        'start',
        index,
        {
          vatID: spec.vatID,
          name: spec.name,
          liveslots,
          bundleID: spec.bundleID,
          ...(known ? {} : { bundle: spec.loadBundle() }),
          ...(rows === undefined ? {} : { rows }),
        },
      ]);
    },
    send: (vat, tag, texts) => {
      if (vat.silent || !alive) return;
      vat.owe(texts.length);
      owing.add(vat);
      keepAlive(true);
      const last = outbox[outbox.length - 1];
      if (last !== undefined && last[0] === tag && last[1] === vat.index) {
        for (const text of texts) last[2].push(text);
      } else post([tag, vat.index, [...texts]]);
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
      post(['stop', vat.index]);
      // A crank that is under way is still watched, and a thread that is waited for keeps the process alive.
      keepAlive(true);
      await stopped;
      stopping.delete(vat.index);
      vats.delete(vat.index);
      if (alive) keepAlive(isBusy());
    },
    get busy() {
      return isBusy();
    },
    get heard() {
      return heard;
    },
    utilization: () => {
      const before = measured;
      measured = worker.performance.eventLoopUtilization();
      return worker.performance.eventLoopUtilization(measured, before).utilization;
    },
    ...makeThreadStat(() => threadID),
    get sign() {
      return signs.read();
    },
    worker,
    condemn,
    terminate: async () => {
      end(undefined);
      worker.ref();
      await worker.terminate();
    },
  };
};
