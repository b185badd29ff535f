import { asStop, blamingVat, blamingVatInSlices, panic, VatFault } from '../panic.js';
import type { CrankCause, HostCall } from '../tables/history.js';
import type { Effect } from '../effects.js';
import type { Host } from '../host.js';
import { type Kernel, makeKernel } from '../kernel.js';
import { keys } from '../tables/schema.js';
import type { Suspension } from '../tables/vats/suspensions.js';
import {
  byNumber,
  type CapData,
  type CompletionRecord,
  type DeliveryNumber,
  errorCapData,
  type ErrorCode,
  finishWork,
  insistOptions,
  formatTranscriptEntry,
  type KRef,
  readCompletionRecord,
  type VatID,
  type Work,
} from '@cooperage/types';
import { makeAmbient } from './ambient.js';
import { faultIn, meterExhausted, Exhausted, exitReason, FailureExit } from './crank-faults.js';
import { findFailureExit, makeApplyRecord } from '../records/apply-record.js';
import { CORE_OPTIONS, type CoreOptions } from './core-options.js';
import { CROSSING_RULES, type CrossingRules } from '../records/crossing-rules.js';
import { makeHandOut } from '../deliveries/hand-out.js';
import { type Incarnation, presentIncarnation } from '../deliveries/incarnation.js';
import { makeRecordHistory } from './record-history.js';
import { makeReferences } from '../records/references.js';
import { type Arrived, makeRetirementOrder } from './retirement-order.js';
import { makeChoose, makeTurns, type Turns } from './delivery-order.js';
import { makeUnderWay } from '../records/under-way.js';
import { makeUpgradeSteps, type UpgradeSteps } from '../vats/upgrade-steps.js';

/** Why a record was refused. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly message: string;
  /** No check foresaw it: besides the vat's fault it is a defect of ours, to be reported. */
  readonly unforeseen?: true;
}

/** What one step did, for those who watch. */
export interface Retired {
  readonly vatID: VatID;
  readonly n: DeliveryNumber;
  readonly syscalls: number;
  /** What the crank used; 0 where its engine does not meter. Also of a record that is refused. */
  readonly computrons: number;
  /** Where the record was refused: why. The vat is gone. */
  readonly refused?: Refusal;
  /** Where the crank was undone because it used up what the vat may use: why. The vat stands still. */
  readonly suspended?: string;
}

/**
 * Kernel and vat manager as one synchronous machine. Things happen to it one
 * at a time: the host does something, a record arrives, a record is retired.
 * Each is one crank on the tables: applied whole or not at all. What is to be
 * done outside is collected as effects.
 */
export interface Core {
  readonly kernel: Kernel;
  /** A crank of the host's. If `act` throws, nothing has happened. */
  input<T>(act: (host: Host) => T): T;
  /**
   * Call it once when the tables were found: what was left waiting, because records were retired in another order
   * before, is handed out.
   */
  resume(): void;
  /**
   * Writes rows that say nothing of what the kernel is or has done, such as where images of heaps are: no crank of
   * its history. If `act` throws, nothing was written.
   */
  aside<T>(act: () => T): T;
  /** A worker says that a crank is over: what should be the text of its record, and may be anything. */
  arrived(vatID: VatID, recordText: unknown): void;
  /**
   * Retires part of the record whose turn it is: a slice of `sliceWork`. Nothing of it is visible, and there can be no
   * input, until all of it is retired. If its vat's worker is lost before, it has never come.
   * @returns `unfinished` where there is more of it; undefined where there is no record
   */
  retireStep(): Retired | 'unfinished' | undefined;
  /** A record is between two of its slices. */
  readonly isRetiring: boolean;
  /** The record that is between two of its slices has never come, nor those of its vat behind it: the kernel is being closed. */
  abandon(): void;
  /** Retires what is left of the record whose turn it is; undefined when there is none. */
  retireNext(): Retired | undefined;
  /** Retires the vat's next record, whosever turn it is; undefined where it has not arrived. For re-runs. */
  retireOf(vatID: VatID): Retired | undefined;
  /** The vat's worker is gone; its successor will say again what was not retired. */
  workerLost(vatID: VatID): void;
  /** What a worker for the vat must have. */
  incarnation(vatID: VatID): Incarnation;
  /** Effects of accepted cranks since the last call. */
  takeEffects(): Effect[];
  /** Records that arrived and are not retired. */
  readonly waiting: number;
  /** No inbox holds work, no crank is in flight, no vat is being created. Vats in quarantine do not count. */
  isIdle(): boolean;
  /** Vats that are no more have left rows: each crank deletes some of them, and one that does nothing else may be made. */
  readonly hasRemains: boolean;
}

const refusalOf = ({ code, message, unforeseen }: VatFault): Refusal => ({
  code,
  message,
  ...(unforeseen && { unforeseen }),
});

export const makeCoreWith = (
  {
    tables: rows,
    transcripts,
    order,
    digest,
    ambient: source,
    seed = 0,
    sweptRows,
    sliceWork,
  }: CoreOptions,
  rules: CrossingRules,
): Core => {
  const kernel = makeKernel(rows, {
    sweptRows,
    sliceWork,
    forkRules: rules.forks,
    parkingRules: rules.parking,
  });
  const { effects, host, lifecycle, tables } = kernel;
  const { backPressure, creations, holds, inboxes, vats, windows } = tables;
  const names = makeReferences(kernel, rules);
  const ambient = makeAmbient(rows, tables, source);
  const handOut = makeHandOut({
    kernel,
    names,
    rules,
    ambient,
    // eslint-disable-next-line require-yield -- forks and upgrades of large vats will do it in slices
    *beginExclusive(vatID, issue, work) {
      if (work[0] === 'upgrade') upgradeSteps.begin(vatID, issue, work[1]);
      else if (work[0] === 'changeOptions') kernel.changeOptions.apply(vatID, issue, work[1]);
      else if (work[0] === 'fork') kernel.forks.perform(vatID, issue, work[1]);
      else kernel.forks.rest(vatID, issue, work[1]);
    },
  });
  const records = makeApplyRecord(kernel, names, rules);
  const upgradeSteps: UpgradeSteps = makeUpgradeSteps({
    kernel,
    names,
    records,
    transcripts,
    open: handOut.open,
  });
  const retirement = makeRetirementOrder(order === 'recorded' ? 'issue' : order, kernel);
  const history = digest === undefined ? undefined : makeRecordHistory(rows, tables, digest);
  /** What the input under way has called. */
  let calls: HostCall[] = [];
  const watched = history?.watch(host, (call) => calls.push(call)) ?? host;
  const nextChoice = (): number => tables.counters.next(keys.counter('choice'));
  /** What the row says where deliveries are let out one at a time. */
  const ownTurns = { sequential: 'sequential', adversarial: `adversarial ${seed}` } as const;
  const makeTurnsOf = (text: string | undefined): Turns | undefined => {
    if (text === undefined) return undefined;
    const [how, recordedSeed] = text.split(' ');
    const choose = how === 'adversarial' ? makeChoose(Number(recordedSeed), nextChoice) : undefined;
    return makeTurns(kernel, handOut, choose, nextChoice);
  };
  let said =
    order === 'recorded'
      ? rows.get(keys.turns)
      : order === 'sequential' || order === 'adversarial'
        ? ownTurns[order]
        : undefined;
  let turns = makeTurnsOf(said);
  /** In a re-run the kernel may be opened in another order in the middle. */
  const followTurns = (): void => {
    if (order !== 'recorded' || rows.get(keys.turns) === said) return;
    said = rows.get(keys.turns);
    turns = makeTurnsOf(said);
  };
  /** Lets out what may go, now that something of the vat has changed. */
  const fill = function* (vatID: VatID): Work {
    if (turns === undefined) yield* handOut.fill(vatID);
  };
  let done: Effect[] = [];

  /** Makes the vat wait for the receivers whose inboxes it has filled. */
  const slow = (vatID: VatID): void => {
    for (const receiver of [...inboxes.touched()].sort(byNumber)) {
      const drains = vats.isAlive(receiver) && !tables.isHalted(receiver);
      if (drains) backPressure.sent(vatID, receiver);
    }
  };

  /** Deliveries of a slowed vat go behind all other work, so that no other vat waits for them. */
  const postpone = (): void => {
    for (;;) {
      const oldest = inboxes.oldest();
      if (oldest === undefined || windows.size(oldest.vatID) > 0) return;
      if (!backPressure.isSlowed(oldest.vatID)) return;
      inboxes.postpone(oldest.vatID);
    }
  };

  /** Hands out what may go to the vats whose inboxes or windows have changed; true if anything moved. */
  const handOutTouched = function* (): Work<boolean> {
    const halted = holds.takeHalted();
    for (const vatID of halted) yield* upgradeSteps.beginWithoutHeap(vatID);
    const touched = inboxes.takeTouched();
    for (const vatID of touched) yield* fill(vatID);
    turns?.note(touched);
    postpone();
    const moved = turns === undefined ? false : yield* turns.take();
    return halted.length > 0 || touched.length > 0 || moved;
  };

  /** One crank: `act`, then what follows from it, applied whole or not at all. */
  const crank = function* <T>(cause: CrankCause, act: () => Work<T>): Work<T> {
    ambient.beginCrank();
    try {
      const result = yield* kernel.cranks.runInSlices(
        function* () {
          const value = yield* act();
          followTurns();
          return value;
        },
        {
          handOut: handOutTouched,
          ...(history !== undefined && {
            beforeAccept: () => history.note(cause, ambient.taken()),
          }),
        },
      );
      for (const effect of effects.take()) {
        if (effect.type === 'vat-ended' || effect.type === 'worker-stale')
          retirement.forget(effect.vatID);
        done.push(effect);
      }
      return result;
    } catch (error) {
      followTurns();
      turns?.forget();
      throw error;
    }
  };

  const retire = function* (vatID: VatID, sent: unknown): Work<CompletionRecord> {
    const record = yield* blamingVatInSlices(readCompletionRecord(sent, kernel.pace));
    // Only a text passes as a record.
    const recordText = sent as string;
    computrons = record.usage?.computrons ?? 0;
    const { n } = record;
    const expected = windows.acked(vatID) + 1;
    if (n !== expected) {
      throw new VatFault(
        'MALFORMED_RECORD',
        `a record of delivery ${n} where the record of delivery ${expected} was due`,
      );
    }
    if (!kernel.meters.charge(vatID, computrons)) throw meterExhausted();
    yield* kernel.messages.drain();
    const fault = faultIn(record, windows.find(vatID, n)?.computrons !== undefined);
    if (fault !== undefined) throw fault;
    const out = windows.find(vatID, n);
    if (out === undefined) {
      throw new VatFault('MALFORMED_RECORD', `a record of delivery ${n}, which is not out`);
    }
    const failure = findFailureExit(record);
    if (failure !== undefined) throw new FailureExit(failure);
    const hold = holds.find(vatID);
    if (hold !== undefined && hold.step !== 'bringOutYourDead') {
      yield* upgradeSteps.advance(vatID, hold, record, recordText);
      return record;
    }
    if (rules.finishesFirst) yield* records.finish(vatID, n);
    const exit = yield* records.apply(vatID, record);
    if (!rules.finishesFirst) yield* records.finish(vatID, n);
    if (!vats.isAlive(vatID)) return record;
    transcripts.append(vatID, n, formatTranscriptEntry(out.text, recordText));
    if (exit !== undefined) {
      lifecycle.terminate(vatID, exit.isFailure, exit.info, {
        reason: exitReason('the vat exited', exit.info),
      });
      return record;
    }
    if (out.tag === 'startVat') lifecycle.started(vatID);
    if (hold !== undefined) upgradeSteps.reaped(vatID, hold);
    yield* kernel.messages.drain();
    slow(vatID);
    yield* fill(vatID);
    return record;
  };

  /** Nothing of the record counts; what the delivery carried is consumed, and the vat ends. */
  const refuse = (vatID: VatID, fault: VatFault): void => {
    // What was charged went with the crank that is refused.
    kernel.meters.charge(vatID, computrons);
    // Asked only where the vat ends: a vat whose upgrade fails lives on, and exports nothing by it.
    const info = (): CapData<KRef> => {
      if (!(fault instanceof FailureExit)) return errorCapData(fault.message);
      try {
        return blamingVat(records.exitInfo, vatID, fault.info);
      } catch (thrown) {
        if (!(thrown instanceof VatFault)) throw thrown;
        return errorCapData(
          'the vat exited with failure, and its reason names a reference that it does not have',
        );
      }
    };
    lifecycle.fail(vatID, info, { reason: fault.message, code: fault.code });
  };

  /** A vat that is being created ends instead, and one that is being upgraded rolls back: a caller waits for the result. */
  const maySuspend = (vatID: VatID): boolean => {
    const step = holds.find(vatID)?.step;
    return (
      vats.options(vatID).whenExhausted === 'suspend' &&
      creations.find(vatID) === undefined &&
      (step === undefined || step === 'bringOutYourDead')
    );
  };

  /** Nothing of the record counts but what it used; the delivery is made again when there is more to use. */
  const suspend = (vatID: VatID, n: DeliveryNumber, why: Suspension['why']): void => {
    kernel.meters.charge(vatID, computrons);
    kernel.halts.suspend(vatID, { n, why, computrons });
  };

  const input = <T>(act: (host: Host) => T): T => {
    if (underWay.vatID !== undefined) {
      panic(`an input in the middle of a record of ${underWay.vatID}`);
    }
    const made: HostCall[] = [];
    calls = made;
    return finishWork(
      // eslint-disable-next-line require-yield -- what the host does is one slice
      crank(['input', made], function* () {
        return act(watched);
      }),
    );
  };

  const causeOf = (vatID: VatID, n: DeliveryNumber, text: unknown): CrankCause =>
    history !== undefined &&
    typeof text === 'string' &&
    windows.find(vatID, n)?.tag === 'bringOutYourDead'
      ? ['retire', vatID, n, text]
      : ['retire', vatID, n];

  /** Of the record that is being retired. */
  let computrons = 0;

  const retireRecord = function* ({ vatID, text }: Arrived): Work<Retired> {
    const n = (windows.acked(vatID) + 1) as DeliveryNumber;
    computrons = 0;
    try {
      const record = yield* crank(causeOf(vatID, n, text), () => retire(vatID, text));
      return { vatID, n, syscalls: record.syscalls.length, computrons };
    } catch (thrown) {
      // What looks at a record throws the vat's faults and nothing else; the rest is the kernel's own.
      if (!(thrown instanceof VatFault)) throw thrown;
      if (thrown instanceof Exhausted && maySuspend(vatID)) {
        // eslint-disable-next-line require-yield -- one slice
        yield* crank(['suspend', vatID, n], function* () {
          suspend(vatID, n, thrown.why);
        });
        return { vatID, n, syscalls: 0, computrons, suspended: thrown.message };
      }
      // eslint-disable-next-line require-yield -- what the end of the vat leaves to do follows
      yield* crank(['refuse', vatID, n, thrown.code], function* () {
        refuse(vatID, thrown);
      });
      return { vatID, n, syscalls: 0, computrons, refused: refusalOf(thrown) };
    }
  };

  const underWay = makeUnderWay<Retired>(kernel.cranks);
  if (order !== 'recorded' && rows.get(keys.turns) !== said) input((each) => each.takeTurns(said));

  const stepping = (step: () => Retired | undefined): Retired | 'unfinished' => {
    try {
      return step() ?? 'unfinished';
    } catch (thrown) {
      throw asStop(thrown, 'while retiring a record');
    }
  };

  const begin = (next: Arrived | undefined): Retired | 'unfinished' | undefined =>
    next === undefined ? undefined : stepping(() => underWay.begin(next.vatID, retireRecord(next)));

  const retireStep = (): Retired | 'unfinished' | undefined =>
    underWay.vatID === undefined ? begin(retirement.next()) : stepping(() => underWay.step());

  const workerLost = (vatID: VatID): void => {
    if (underWay.vatID === vatID) underWay.abandon();
    // Those behind the record that is abandoned are of no use without it.
    retirement.forget(vatID);
  };

  const finish = (begun: Retired | 'unfinished' | undefined): Retired | undefined => {
    let retired = begun;
    while (retired === 'unfinished') retired = retireStep();
    return retired;
  };

  return {
    kernel,
    input,
    resume: () => {
      const isStuck = vats
        .list()
        .some(
          (vatID) =>
            inboxes.length(vatID) > 0 &&
            (tables.isHalted(vatID)
              ? inboxes.list(vatID).some(({ work }) => work[0] === 'upgrade')
              : windows.size(vatID) === 0 && !backPressure.isSlowed(vatID)),
        );
      if (isStuck) input((each) => each.resume());
    },
    aside: (act) => {
      rows.beginCrank();
      try {
        const result = act();
        rows.acceptCrank();
        return result;
      } catch (error) {
        rows.abortCrank();
        throw error;
      }
    },
    arrived: (vatID, recordText) => {
      if (vats.isAlive(vatID)) retirement.add(vatID, recordText);
    },
    retireStep,
    retireNext: () => finish(retireStep()),
    retireOf: (vatID) => finish(begin(retirement.take(vatID))),
    get isRetiring() {
      return underWay.vatID !== undefined;
    },
    abandon: () => {
      if (underWay.vatID !== undefined) workerLost(underWay.vatID);
    },
    incarnation: (vatID) => presentIncarnation(tables, vatID),
    workerLost,
    takeEffects: () => {
      const taken = done;
      done = [];
      return taken;
    },
    get waiting() {
      return retirement.size;
    },
    get hasRemains() {
      return !tables.remains.isEmpty;
    },
    isIdle: () => inboxes.oldest() === undefined && creations.first() === undefined,
  };
};

/** @throws {CooperageError} `BAD_ARGUMENT` */
export const makeCore = (options: CoreOptions): Core => {
  insistOptions('makeCore', options, CORE_OPTIONS);
  return makeCoreWith(options, CROSSING_RULES);
};
