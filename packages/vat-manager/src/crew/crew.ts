/** The workers of a kernel's vats: brought up when there is something to deliver, and again when they are lost. */
import { asStop, type Host, type OutRow } from '@cooperage/kernel';
import {
  CooperageError,
  type DeliveryNumber,
  type Divergence,
  errorCapData,
  type ErrorCode,
  LIMITS,
  type VatID,
  type WorkerExit,
} from '@cooperage/types';
import { findHalted } from './halted-vats.js';
import type { Crew, CrewOptions } from './crew-contract.js';
import { type CheckedSink, guardSink } from './guarded-sink.js';
import { type Imaged, leftMemory, makeImaging, newImaged } from './imaging.js';
import { makeResidency } from './residency.js';
import { insistReadable, readPast } from './stored-work.js';
import { makeSpecOf } from './worker-spec.js';

type Posted = Pick<OutRow, 'text' | 'computrons'>;

interface Member extends Imaged {
  /** Deliveries to post. */
  outbox: Posted[];
  /** The newest delivery whose record came. */
  heard: number;
  /** The deliveries of the past that it was given to repeat: the first, the last, and the newest that it has repeated. */
  readonly past: { readonly from: number; readonly to: number; repeated: number };
  /** Records retired since it came up. */
  retired: number;
  /** It is given nothing more, so that another vat can have its place. */
  leaving: boolean;
}

/** Transcript entries posted to a worker at a time. */
const REPLAY_BATCH = 500;

const EXIT_CODES: Record<WorkerExit['kind'], ErrorCode> = {
  'time-limit': 'CRANK_TIME_LIMIT',
  'out-of-memory': 'WORKER_OUT_OF_MEMORY',
  crashed: 'WORKER_CRASHED',
  collateral: 'WORKER_CRASHED',
  'load-failed': 'WORKER_CRASHED',
  'bad-image': 'BAD_IMAGE',
};

const makeRegister = () => ({
  /** Least recently used first. */
  members: new Map<VatID, Member>(),
  toPost: new Set<Member>(),
  /** Vats with deliveries out. */
  busy: new Set<VatID>(),
  /** How often in a row a vat's worker was lost without a record retired. */
  losses: new Map<VatID, number>(),
  /**
   * Vats whose replay diverged in one worker, with the image from which it began: another worker, in a thread of its
   * own, repeats the replay before that is believed.
   */
  doubted: new Map<VatID, DeliveryNumber | undefined>(),
});

export const makeCrew = (options: CrewOptions): Crew => {
  const { core, store, workers, events, images } = options;
  const { dirt, quarantines, vats, windows } = core.kernel.tables;
  const { members, toPost, busy, losses, doubted } = makeRegister();
  const specOf = makeSpecOf(options);

  const terminate = (vatID: VatID, code: ErrorCode, message: string): void => {
    const failVat = (host: Host): void => {
      if (!vats.isAlive(vatID)) return;
      host.failVat(vatID, errorCapData(message), `${code}: ${message}`, code);
    };
    // There is no caller that could be told.
    options.input(failVat).catch((thrown: unknown) => {
      options.failed(asStop(thrown, 'while a vat was ended'));
    });
  };

  const unload = (vatID: VatID, member: Member): void => {
    members.delete(vatID);
    toPost.delete(member);
    imaging.gone(member, leftMemory(member));
    void member.worker.stop();
  };

  const imaging = makeImaging<Member>({
    core,
    images,
    interval: options.snapshotInterval,
    memberOf: (vatID) => members.get(vatID),
    post: () => {
      post();
    },
    unload: (member) => {
      unload(member.vatID, member);
    },
    changed: () => {
      admitWaiting();
    },
  });

  const lost = (vatID: VatID, exit: WorkerExit): void => {
    const member = members.get(vatID);
    members.delete(vatID);
    if (member !== undefined)
      imaging.gone(member, `the worker of ${vatID} is gone: ${exit.message}`);
    if (exit.kind === 'bad-image' && member?.origin !== undefined) {
      // Not the vat's fault: there is an older one, or the whole transcript.
      core.workerLost(vatID);
      events.imageRefused?.(vatID, member.origin, exit.message);
      images.discard(vatID, member.origin);
      admit(vatID);
      return;
    }
    core.workerLost(vatID);
    events.workerLost?.(vatID, exit.message);
    if (exit.kind === 'time-limit' || exit.kind === 'out-of-memory') {
      terminate(vatID, EXIT_CODES[exit.kind], exit.message);
      return;
    }
    if (exit.kind !== 'collateral' && windows.size(vatID) > 0) {
      try {
        // What no worker can read is not the fault of this one.
        insistReadable(vatID, windows.list(vatID), store.transcripts, member?.past);
      } catch (thrown) {
        options.failed(thrown);
        return;
      }
      const count = (losses.get(vatID) ?? 0) + 1;
      losses.set(vatID, count);
      if (count >= LIMITS.deliveryAttempts) {
        terminate(
          vatID,
          EXIT_CODES[exit.kind],
          `its worker was lost ${count} times at the same delivery: ${exit.message}`,
        );
        return;
      }
    }
    if (windows.size(vatID) > 0) admit(vatID);
    else admitWaiting();
  };

  const diverged = (vatID: VatID, divergence: Divergence): void => {
    busy.delete(vatID);
    const quarantine = (host: Host): void => {
      if (vats.isAlive(vatID) && !quarantines.has(vatID)) host.quarantine(vatID, divergence);
    };
    options
      .input(quarantine)
      .then(() => {
        // An upgrade that waited for it may have begun.
        const halted = findHalted(core.kernel.tables, vatID);
        if (halted !== undefined) events.vatQuarantined?.(halted, divergence);
        admitWaiting();
        options.changed();
      })
      .catch(options.failed);
  };

  /** The worker is of no use any more, by its own fault. */
  const discard = (member: Member, message: string): void => {
    void member.worker.stop();
    lost(member.vatID, { kind: 'crashed', message });
    options.changed();
  };

  /** A worker says that its vat does not repeat its history. */
  const claimed = (member: Member, divergence: Divergence): void => {
    const { vatID, past, origin } = member;
    const { n } = divergence;
    if (n <= past.repeated || n > past.to) {
      discard(member, `it says that delivery ${n} is not repeated, which it was not repeating`);
      return;
    }
    imaging.gone(member, `${vatID} did not repeat its history`);
    unload(vatID, member);
    core.workerLost(vatID);
    if (doubted.has(vatID)) {
      doubted.delete(vatID);
      diverged(vatID, divergence);
      return;
    }
    doubted.set(vatID, origin);
    events.workerLost?.(
      vatID,
      `it says that the vat did not repeat delivery ${n}; another worker is asked`,
    );
    admit(vatID);
    options.changed();
  };

  /** All of its past is repeated: what another worker said of it is not so, or was the fault of an image. */
  const repeated = (member: Member, n: number): void => {
    const { vatID, past } = member;
    if (n > past.to) {
      discard(member, `it says that it has repeated delivery ${n}, which it was not to repeat`);
      return;
    }
    past.repeated = Math.max(past.repeated, n);
    if (n < past.to || !doubted.has(vatID)) return;
    const origin = doubted.get(vatID);
    doubted.delete(vatID);
    if (origin === undefined) return;
    events.imageRefused?.(vatID, origin, 'what it led to was not what the vat had done');
    images.discard(vatID, origin);
  };

  /** What the store cannot give stops the kernel, whatever the vat was asked for. */
  const bringUp = (vatID: VatID): void => {
    try {
      startWorker(vatID);
    } catch (thrown) {
      options.failed(asStop(thrown, `while ${vatID} was brought up`));
    }
  };

  const startWorker = (vatID: VatID): void => {
    const { first } = core.incarnation(vatID);
    const acked = windows.acked(vatID);
    // What it has answered and is not retired it answers again.
    core.workerLost(vatID);
    const isDoubted = doubted.has(vatID);
    const origin = isDoubted ? undefined : images.origin(vatID);
    const from = origin === undefined ? first : origin.n + 1;
    // A host of workers that calls back before there is a worker is not heard.
    const started: { member?: Member } = {};
    const current = (): boolean =>
      started.member !== undefined && members.get(vatID) === started.member;
    const sink: CheckedSink = {
      records: (sent) => {
        if (!current()) return;
        // One too many is refused and ends the vat; more are no better.
        const due = Math.max(0, member.given - member.heard) + 1;
        for (const each of sent.slice(0, due)) core.arrived(vatID, each);
        member.heard += sent.length;
        // It does what is new: of the past it has nothing more to say.
        member.past.repeated = member.past.to;
        if (!options.asTheyCome) heard(vatID, member);
        options.changed();
      },
      replayed: (n) => {
        if (current()) repeated(member, n);
      },
      diverged: (divergence) => {
        if (current()) claimed(member, divergence);
      },
      exited: (exit) => {
        if (!current()) return;
        lost(vatID, exit);
        options.changed();
      },
      console: (level, text, n) => events.console?.(vatID, level, text, n),
      image: (image) => {
        if (current()) imaging.came(member, image);
      },
    };
    const worker = workers.start(
      // What went wrong in company is found out alone, and does no harm to others.
      specOf(vatID, { alone: isDoubted || losses.has(vatID), origin }),
      guardSink({
        sink,
        broken: (what) => {
          if (current()) discard(member, what);
        },
        failed: (thrown) => options.failed(asStop(thrown, 'while a worker was heard')),
      }),
    );
    const outbox: Posted[] = windows.list(vatID);
    const member: Member = {
      vatID,
      worker,
      outbox,
      given: windows.delivered(vatID),
      heard: acked,
      origin: origin?.n,
      past: { from, to: acked, repeated: from - 1 },
      ...newImaged(),
      retired: 0,
      leaving: false,
    };
    started.member = member;
    members.set(vatID, member);
    events.workerStarted?.(vatID, Math.max(0, acked + 1 - from));
    for (let next = from; next <= acked; next += REPLAY_BATCH) {
      const to = Math.min(acked, next + REPLAY_BATCH - 1);
      worker.replay(readPast(store.transcripts, vatID, next, to));
    }
    if (outbox.length > 0) {
      toPost.add(member);
      busy.add(vatID);
    }
    // The caller posts it, or, after the loss of another worker, the runner.
    options.changed();
  };

  const post = (): void => {
    for (const member of toPost) {
      const { outbox } = member;
      member.outbox = [];
      if (outbox.length === 0) continue;
      const texts = outbox.map(({ text }) => text);
      if (outbox.every(({ computrons }) => computrons === undefined)) member.worker.deliver(texts);
      else
        member.worker.deliver(
          texts,
          outbox.map(({ computrons }) => computrons),
        );
    }
    toPost.clear();
  };

  /** Whether the worker has nothing to do, though its records may have to wait for those of others. */
  const hasAnswered = ({ given, heard }: Member): boolean => !options.asTheyCome && heard >= given;

  const residency = makeResidency({
    limits: options.residency,
    members: () => members.values(),
    isIdle: (member) => windows.size(member.vatID) === 0 || hasAnswered(member),
    sendAway: (member) => {
      const { vatID } = member;
      if (!options.asTheyCome) {
        if (windows.size(vatID) === 0) imaging.rest(member);
        else unload(vatID, member);
        return;
      }
      // Before its eviction a vat brings out its dead: otherwise its garbage stays until its next delivery.
      if (!dirt.isDirty(vatID)) imaging.rest(member);
      // In the middle of a record it is not asked for now: it will be looked at again.
      else if (options.isFree())
        void options.input((host) => host.bringOutYourDead(vatID)).catch(options.failed);
    },
  });

  /** Brings the vat up if there is room, or has it wait until there is. */
  const admit = (vatID: VatID): void => {
    residency.waiting.add(vatID);
    admitWaiting();
  };

  const admitWaiting = (): void => {
    residency.makeRoom();
    for (const vatID of [...residency.waiting]) {
      if (!residency.hasRoom()) return;
      if (imaging.isAwaited(vatID)) continue;
      residency.waiting.delete(vatID);
      // A request for its heap has started it already.
      if (members.has(vatID)) continue;
      if (vats.isAlive(vatID) && !core.kernel.tables.isHalted(vatID)) bringUp(vatID);
    }
  };

  /** The vat has finished what it was given: it goes on when its turn comes again. */
  const leave = (vatID: VatID, member: Member): void => {
    unload(vatID, member);
    if (windows.delivered(vatID) > member.heard) residency.waiting.add(vatID);
    admitWaiting();
  };

  /** A place may be free now, or its own be wanted. */
  const heard = (vatID: VatID, member: Member): void => {
    if (member.leaving && hasAnswered(member)) leave(vatID, member);
    else if (residency.waiting.size > 0) admitWaiting();
  };

  const mayGo = (vatID: VatID, member: Member): boolean =>
    windows.acked(vatID) >= member.given || hasAnswered(member);

  return {
    get online() {
      return members.size;
    },
    get busy() {
      return busy.size;
    },
    deliver: (vatID, n, text) => {
      if (!vats.isAlive(vatID)) return;
      busy.add(vatID);
      const member = members.get(vatID);
      if (member === undefined) {
        // Takes everything that is out from the tables, this delivery and those behind it included.
        admit(vatID);
        return;
      }
      member.resting = false;
      // It is the most recently used now.
      members.delete(vatID);
      members.set(vatID, member);
      if (member.leaving) {
        // It was told to go when its last record had come: nothing that it was given will bring it up again.
        if (mayGo(vatID, member)) leave(vatID, member);
        return;
      }
      if (n <= member.given) return;
      member.given = n;
      member.outbox.push(windows.find(vatID, n) ?? { text });
      toPost.add(member);
    },
    post,
    retired: (vatID) => {
      losses.delete(vatID);
      const isAlive = vats.isAlive(vatID);
      const isDone = !isAlive || windows.size(vatID) === 0;
      if (isDone) busy.delete(vatID);
      const member = members.get(vatID);
      if (member === undefined) return;
      member.retired += 1;
      if (isAlive) imaging.byPolicy(member);
      if (member.leaving && mayGo(vatID, member)) leave(vatID, member);
      if (residency.isPressed()) admitWaiting();
    },
    rest: (vatID) => {
      const member = members.get(vatID);
      if (member !== undefined && windows.size(vatID) === 0) imaging.rest(member);
    },
    snapshot: (vatID) => {
      const acked = windows.acked(vatID);
      if (images.newest(vatID) === acked) return Promise.resolve();
      if (members.get(vatID) === undefined) bringUp(vatID);
      const member = members.get(vatID);
      if (member === undefined) {
        return Promise.reject(new CooperageError('CLOSED', `${vatID} could not be brought up`));
      }
      if (member.worker.snapshot === undefined) {
        const { name, engine = 'v8' } = vats.options(vatID);
        return Promise.reject(
          new CooperageError(
            'BAD_ARGUMENT',
            `vat ${name} runs on ${engine}, which cannot copy a heap: give it "engine": "quickjs"`,
          ),
        );
      }
      return imaging.until(member, acked);
    },
    forked: (child, parent) => {
      imaging.forked(child, parent);
    },
    dismiss: (vatID) => {
      losses.delete(vatID);
      doubted.delete(vatID);
      busy.delete(vatID);
      const member = members.get(vatID);
      if (member !== undefined) {
        imaging.gone(member, `${vatID} is no more what it was`);
        unload(vatID, member);
      }
      admitWaiting();
    },
    close: () => {
      for (const member of members.values()) imaging.close(member);
      members.clear();
      toPost.clear();
      residency.waiting.clear();
    },
    resume: () => {
      for (const vatID of vats.list()) if (windows.size(vatID) > 0) admit(vatID);
    },
    released: (vatID) => {
      if (windows.size(vatID) > 0) admit(vatID);
    },
  };
};
