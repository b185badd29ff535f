/** Retires the record of one crank: applies it, suspends the vat, or refuses the record and terminates the vat. */
import { blamingVat, blamingVatInSlices, VatFault } from '../panic.js';
import { type ApplyRecord, findFailureExit } from '../records/apply-record.js';
import type { Kernel } from '../kernel.js';
import type { CrankCause } from '../tables/history.js';
import type { UpgradeSteps } from '../vats/upgrade-steps.js';
import {
  byNumber,
  type CapData,
  type CompletionRecord,
  type DeliveryNumber,
  errorCapData,
  formatTranscriptEntry,
  type KRef,
  readCompletionRecord,
  type Transcripts,
  type VatID,
  type Work,
} from '@cooperage/types';
import type { Refusal, Retired } from './core-contract.js';
import { Exhausted, exitReason, FailureExit, faultIn, meterExhausted } from './crank-faults.js';
import type { Arrived } from './retirement-order.js';
import type { Crank } from './run-crank.js';

export interface RetireRecordPowers {
  readonly kernel: Kernel;
  readonly records: ApplyRecord;
  readonly upgradeSteps: UpgradeSteps;
  readonly transcripts: Pick<Transcripts, 'append'>;
  /** Whether a history is kept. */
  readonly isRecorded: boolean;
  readonly crank: Crank;
  readonly fillWindow: (vatID: VatID) => Work;
}

/** The outcome of applying a record, with the computrons that the crank used in any case. */
type Attempt = { readonly computrons: number } & (
  | { readonly kind: 'applied'; readonly record: CompletionRecord }
  | { readonly kind: 'exhausted'; readonly fault: Exhausted }
  | { readonly kind: 'faulty'; readonly fault: VatFault }
);

const refusalOf = ({ code, message, unforeseen }: VatFault): Refusal => ({
  code,
  message,
  ...(unforeseen && { unforeseen }),
});

export const makeRetireRecord = ({
  kernel,
  records,
  upgradeSteps,
  transcripts,
  isRecorded,
  crank,
  fillWindow,
}: RetireRecordPowers): ((arrived: Arrived) => Work<Retired>) => {
  const { lifecycle, messages, meters, tables } = kernel;
  const { backPressure, creations, upgradesInProgress, inboxes, links, vats, windows } = tables;

  /** Slows the vat until the inboxes and the links that it has filled are shorter. */
  const applyBackPressure = (vatID: VatID): void => {
    for (const receiver of [...inboxes.touched()].sort(byNumber)) {
      const drains = vats.isAlive(receiver) && !tables.isPaused(receiver);
      if (drains) backPressure.sent(vatID, receiver);
    }
    for (const peer of links.sentTo()) backPressure.sent(vatID, peer);
  };

  const insistExpected = (vatID: VatID, { n }: CompletionRecord): void => {
    const expected = windows.acked(vatID) + 1;
    if (n === expected) return;
    throw new VatFault(
      'MALFORMED_RECORD',
      `a record of delivery ${n} where the record of delivery ${expected} was due`,
    );
  };

  /** @throws {VatFault} the crank is undone */
  const apply = function* (vatID: VatID, record: CompletionRecord, recordText: string): Work {
    const { n } = record;
    insistExpected(vatID, record);
    if (!meters.charge(vatID, record.usage?.computrons ?? 0)) throw meterExhausted();
    yield* messages.drain();
    const fault = faultIn(record, windows.find(vatID, n)?.computrons !== undefined);
    if (fault !== undefined) throw fault;
    const out = windows.find(vatID, n);
    if (out === undefined) {
      throw new VatFault(
        'MALFORMED_RECORD',
        `a record of delivery ${n}, which is not in the window`,
      );
    }
    const failure = findFailureExit(record);
    if (failure !== undefined) throw new FailureExit(failure);
    const upgrade = upgradesInProgress.find(vatID);
    if (upgrade !== undefined && upgrade.step !== 'bringOutYourDead') {
      yield* upgradeSteps.advance(vatID, upgrade, record, recordText);
      return;
    }
    // What the delivery did to the c-list is final before the syscalls of its record are applied.
    yield* records.finish(vatID, n);
    const exit = yield* records.apply(vatID, record);
    if (!vats.isAlive(vatID)) return;
    transcripts.append(vatID, n, formatTranscriptEntry(out.text, recordText));
    if (exit !== undefined) {
      const reason = exitReason('the vat exited', exit.info);
      lifecycle.terminate(vatID, exit.isFailure, exit.info, { reason });
      return;
    }
    if (out.tag === 'startVat') lifecycle.started(vatID);
    if (upgrade !== undefined) upgradeSteps.reaped(vatID, upgrade);
    yield* messages.drain();
    applyBackPressure(vatID);
    yield* fillWindow(vatID);
  };

  const causeOf = (vatID: VatID, n: DeliveryNumber, text: unknown): CrankCause =>
    isRecorded && typeof text === 'string' && windows.find(vatID, n)?.tag === 'bringOutYourDead'
      ? ['retire', vatID, n, text]
      : ['retire', vatID, n];

  const attempt = function* (vatID: VatID, n: DeliveryNumber, sent: unknown): Work<Attempt> {
    let computrons = 0;
    try {
      const record = yield* crank(causeOf(vatID, n, sent), function* () {
        const read = yield* blamingVatInSlices(readCompletionRecord(sent, kernel.pace));
        computrons = read.usage?.computrons ?? 0;
        // A record must be a text.
        yield* apply(vatID, read, sent as string);
        return read;
      });
      return { kind: 'applied', record, computrons };
    } catch (thrown) {
      // The functions that examine a record throw only faults of the vat; any other error is the kernel's own.
      if (!(thrown instanceof VatFault)) throw thrown;
      return thrown instanceof Exhausted && maySuspend(vatID)
        ? { kind: 'exhausted', fault: thrown, computrons }
        : { kind: 'faulty', fault: thrown, computrons };
    }
  };

  /**
   * A vat that is being created terminates, and an upgrade in progress is rolled back, because a caller waits for the
   * result.
   */
  const maySuspend = (vatID: VatID): boolean => {
    const step = upgradesInProgress.find(vatID)?.step;
    return (
      vats.options(vatID).whenExhausted === 'suspend' &&
      creations.find(vatID) === undefined &&
      (step === undefined || step === 'bringOutYourDead')
    );
  };

  /** Needed only if the vat terminates: after a failed upgrade the vat lives on and exports nothing by it. */
  const infoOf = (vatID: VatID, fault: VatFault): CapData<KRef> => {
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

  return function* ({ vatID, text }) {
    const n = (windows.acked(vatID) + 1) as DeliveryNumber;
    const out = windows.find(vatID, n);
    const about = {
      ...{ vatID, n },
      ...(out !== undefined && { tag: out.tag, issue: out.issue, delivery: out.text }),
    };
    const attempted = yield* attempt(vatID, n, text);
    const { computrons } = attempted;
    switch (attempted.kind) {
      case 'applied':
        return { ...about, syscalls: attempted.record.syscalls.length, computrons };
      case 'exhausted': {
        const { message, why } = attempted.fault;
        // Only the used computrons count. The delivery is made again when there are more.
        // eslint-disable-next-line require-yield -- it is one slice
        yield* crank(['suspend', vatID, n], function* () {
          meters.charge(vatID, computrons);
          kernel.pauses.suspend(vatID, { n, why, computrons });
        });
        return { ...about, syscalls: 0, computrons, suspended: message };
      }
      case 'faulty': {
        const { fault } = attempted;
        const { code, message } = fault;
        // The record is dropped, the references of the delivery are consumed, and the vat terminates.
        // eslint-disable-next-line require-yield -- it is one slice: the vat's rows are deleted in later ones
        yield* crank(['refuse', vatID, n, code], function* () {
          // The charge was undone with the refused crank.
          meters.charge(vatID, computrons);
          lifecycle.fail(vatID, () => infoOf(vatID, fault), { reason: message, code });
        });
        return { ...about, syscalls: 0, computrons, refused: refusalOf(fault) };
      }
    }
  };
};
