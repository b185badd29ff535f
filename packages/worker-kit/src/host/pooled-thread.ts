/** One thread of a pool and the vats in it: what is the same whatever engine runs in the thread. */
import { type ResourceLimits, Worker } from 'node:worker_threads';
import { clip, type DeliveryNumber, messageOf, type WorkerExit } from '@cooperage/types';
import { type CrankSign, makeCrankSigns } from '../crank-signs.js';
import type { CommonMessage, CommonThreadData, VatIndex, VatMessage } from '../protocol.js';
import { makeAnswering } from './answering.js';
import type { HostedVat } from './hosted-vat.js';
import { hearBatch } from './insist-message.js';
import type { ThreadProgram } from './thread-program.js';

/** Why a thread is ended: which vat is to blame, and for what. */
export interface ThreadFault {
  /** Undefined where no vat is to blame, or it is not known which. */
  readonly culprit: VatIndex | undefined;
  readonly kind: 'time-limit' | 'out-of-memory' | 'crashed';
  readonly n: number;
  readonly message: string;
}

type FromAny = CommonMessage | VatMessage;

export interface PooledThreadPowers<Message extends readonly unknown[]> {
  /** What the thread loads. */
  readonly program: ThreadProgram;
  readonly name: string;
  readonly resourceLimits: ResourceLimits;
  /** What the thread is started with besides {@link CommonThreadData}. */
  readonly data: object;
  /** @throws {CooperageError} for what is no message */
  readonly insist: (value: unknown) => Message;
  /** Hears a message; gives `hearCommon` what is not the engine's own. */
  readonly hear: (message: Message, hearCommon: (message: FromAny) => void) => void;
  /** Answers a question of the vat. */
  readonly read: (vat: HostedVat, operation: string, key: string) => string | undefined;
  /** What an error that ended the thread says of the end. Default: the vat whose crank ran crashed. */
  readonly describeError?: (thrown: unknown) => Pick<ThreadFault, 'kind' | 'message'>;
  /** What the thread itself prints, for the people who run the host. */
  readonly log: (text: string) => void;
  /** The thread is gone, and its vats with it. */
  readonly onGone: () => void;
}

export interface PooledThread<Message extends readonly unknown[]> {
  readonly vats: ReadonlyMap<VatIndex, HostedVat>;
  /** The vat is in the thread from now on; posting its start is for the caller. */
  enter(vat: HostedVat): void;
  /** So many answers of the vat are due. @returns false where none will come */
  expect(vat: HostedVat, answers: number): boolean;
  post(message: Message): void;
  /** The last message that is not posted yet: it may be added to. */
  lastPost(): Message | undefined;
  /** Posts `stop`. Resolves when nothing of the vat runs any more. */
  stop(vat: HostedVat, message: Message): Promise<void>;
  /** Something is still to come from this thread. */
  readonly busy: boolean;
  /** Posts that came from it so far. */
  readonly heard: number;
  /** Part of the time since it was last asked that the thread was not idle, from 0 to 1. */
  utilization(): number;
  readonly sign: CrankSign;
  readonly worker: Worker;
  /** The number that Node gave it. */
  readonly id: number;
  /** Ends the thread at once: the culprit is told why, the others that another vat ended it. */
  condemn(fault: ThreadFault): void;
  /** Ends the thread; its vats hear nothing. */
  terminate(): Promise<void>;
}

const failureOf = ([, , kind, n, message]: FromAny &
  readonly ['failed', ...unknown[]]): WorkerExit =>
  n === 0 ? { kind, message } : { kind, n: n as DeliveryNumber, message };

/** Messages to the thread: those of one tick leave in one post. */
const makePosting = <To>(worker: Worker, isAlive: () => boolean) => {
  let outbox: To[] = [];
  const flush = (): void => {
    const batch = outbox;
    outbox = [];
    if (isAlive()) worker.postMessage(batch);
  };
  return {
    post: (message: To): void => {
      if (outbox.length === 0) process.nextTick(flush);
      outbox.push(message);
    },
    last: (): To | undefined => outbox[outbox.length - 1],
  };
};

/** Which vats still owe something, and which were told to stop: while there are any, the process lives. */
const makeDebts = (setRef: (keep: boolean) => void) => {
  /** Vats that owed something when they were last looked at: not all vats are looked at for each record. */
  const owing = new Set<HostedVat>();
  const stopping = new Map<VatIndex, { stopped: Promise<void>; resolve: () => void }>();
  let kept = false;
  const isBusy = (): boolean => {
    if (stopping.size > 0) return true;
    for (const vat of owing) {
      if (vat.busy) return true;
      owing.delete(vat);
    }
    return false;
  };
  const keep = (wanted: boolean): void => {
    if (wanted === kept) return;
    kept = wanted;
    setRef(wanted);
  };
  return {
    stopping,
    isBusy,
    add: (vat: HostedVat): void => {
      owing.add(vat);
      keep(true);
    },
    awaitStop: (index: VatIndex): Promise<void> => {
      let resolve = (): void => undefined;
      const stopped = new Promise<void>((settle) => {
        resolve = settle;
      });
      stopping.set(index, { stopped, resolve });
      keep(true);
      return stopped;
    },
    /** Something came: perhaps it was the last. */
    review: (): void => {
      if (kept && !isBusy()) keep(false);
    },
  };
};

const exitOf = (
  index: VatIndex,
  { culprit, kind, n, message }: ThreadFault,
  wasHere: ReadonlySet<VatIndex>,
): WorkerExit => {
  // What the signs name may be no vat of this thread: it could write anything there.
  if (culprit === undefined || !wasHere.has(culprit)) return { kind: 'crashed', message };
  if (index !== culprit) {
    return { kind: 'collateral', message: `another vat of the thread ended it: ${message}` };
  }
  return n > 0 ? { kind, n: n as DeliveryNumber, message } : { kind, message };
};

export const makePooledThread = <To extends readonly unknown[], From extends readonly unknown[]>(
  powers: PooledThreadPowers<From>,
): PooledThread<To> => {
  const { describeError, log, onGone } = powers;
  const vats = new Map<VatIndex, HostedVat>();
  /** Every vat that was ever in the thread. */
  const wasHere = new Set<VatIndex>();
  const signs = makeCrankSigns();
  signs.clear();
  const answering = makeAnswering();
  const common: CommonThreadData = {
    signs: signs.memory,
    answered: answering.answered,
    answers: answering.answers,
  };
  const { entry, data, transfer } = powers.program();
  const worker = new Worker(entry, {
    workerData: { ...powers.data, ...data, ...common },
    transferList: [answering.answers, ...transfer],
    // A thread takes nothing from how the host was started, nor from its environment.
    execArgv: [],
    env: {},
    resourceLimits: powers.resourceLimits,
    name: powers.name,
  });
  worker.unref();
  // A thread that has ended does not say it any more.
  const id = worker.threadId;
  let alive = true;
  let fault: ThreadFault | undefined;
  let heard = 0;
  const posting = makePosting<To>(worker, () => alive);
  const debts = makeDebts((keep) => {
    // One that is being ended keeps the process alive until it is gone, whatever it still had to say.
    if (!alive) return;
    if (keep) worker.ref();
    else worker.unref();
  });

  const answer = (vat: HostedVat | undefined, operation: string, key: string): void => {
    let value: string | undefined;
    try {
      if (vat !== undefined) value = powers.read(vat, operation, key);
    } catch (thrown) {
      vat?.exit({ kind: 'crashed', message: `the store cannot be read: ${messageOf(thrown)}` });
    }
    answering.answer(value ?? null);
  };

  const hearCommon = (message: FromAny): void => {
    if (message[0] === 'log') {
      log(message[1]);
      return;
    }
    const vat = vats.get(message[1]);
    switch (message[0]) {
      case 'read':
        answer(vat, message[2], message[3]);
        return;
      case 'stopped':
        debts.stopping.get(message[1])?.resolve();
        return;
      case 'failed':
        vat?.exit(failureOf(message));
        vats.delete(message[1]);
        return;
      case 'records':
      case 'replayed':
      case 'diverged':
      case 'console':
      case 'image':
        vat?.tell(message);
        return;
      default:
        message satisfies never;
    }
  };

  /** @param why absent where the vats are not to be told */
  const end = (why?: ThreadFault): void => {
    if (!alive) return;
    alive = false;
    answering.close();
    const lost = [...vats.values()];
    vats.clear();
    onGone();
    for (const { resolve } of debts.stopping.values()) resolve();
    for (const vat of lost) {
      if (why === undefined) vat.silence();
      else vat.exit(exitOf(vat.index, why, wasHere));
    }
  };
  const condemn = (why: ThreadFault): void => {
    if (!alive) return;
    fault = why;
    end(why);
    void worker.terminate();
  };
  /** The thread is not what it was: it ends, and the vat in whose name it spoke is to blame, if there is one. */
  const broken = (why: string, about: unknown): void => {
    const { running } = signs.read();
    const culprit = [about, running].find((each) => vats.has(each as VatIndex));
    const message = `its thread sent an invalid message: ${why}`;
    condemn({ culprit: culprit as VatIndex | undefined, kind: 'crashed', n: 0, message });
  };
  /** What the signs say of an end that the host did not order. */
  const judge = (thrown: unknown): ThreadFault => {
    const { running, n } = signs.read();
    // What the thread threw is a copy, but of anything.
    const { kind, message } = describeError?.(thrown) ?? {
      kind: 'crashed',
      message: clip(messageOf(thrown)),
    };
    return { culprit: running, n, kind, message };
  };

  worker.on('message', (batch: unknown) => {
    hearBatch(batch, {
      insist: powers.insist,
      hear: (message) => {
        powers.hear(message, hearCommon);
      },
      broken,
      listens: () => alive,
    });
    heard += 1;
    debts.review();
  });
  worker.on('messageerror', () => broken('it posted a message that cannot be copied', undefined));
  worker.on('error', (thrown: unknown) => {
    fault ??= judge(thrown);
  });
  worker.on('exit', (code) => {
    end(fault ?? judge(Error(`the thread ended with exit code ${code}`)));
  });

  let measured = worker.performance.eventLoopUtilization();
  return {
    vats,
    enter: (vat) => {
      vats.set(vat.index, vat);
      wasHere.add(vat.index);
    },
    expect: (vat, answers) => {
      if (vat.silent || !alive) return false;
      vat.owe(answers);
      debts.add(vat);
      return true;
    },
    post: posting.post,
    lastPost: posting.last,
    stop: async (vat, message) => {
      vat.silence();
      if (!alive || !vats.has(vat.index)) return;
      const under = debts.stopping.get(vat.index);
      if (under !== undefined) return under.stopped;
      // A crank that is under way is still watched.
      const stopped = debts.awaitStop(vat.index);
      posting.post(message);
      await stopped;
      debts.stopping.delete(vat.index);
      vats.delete(vat.index);
      if (alive) debts.review();
    },
    get busy() {
      return debts.isBusy();
    },
    get heard() {
      return heard;
    },
    utilization: () => {
      const before = measured;
      measured = worker.performance.eventLoopUtilization();
      return worker.performance.eventLoopUtilization(measured, before).utilization;
    },
    get sign() {
      return signs.read();
    },
    worker,
    id,
    condemn,
    terminate: async () => {
      end();
      worker.ref();
      await worker.terminate();
    },
  };
};
