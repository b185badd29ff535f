/** Callers of a paused vat, when the time of `rejectPausedAfter` is over: their promises are rejected. Deliveries in the
 * inbox are deleted. Those that were handed out stay out, because the vat repeats them when it continues; then it
 * resolves a promise that no party awaits.
 */
import {
  errorCapData,
  type IssueNumber,
  isKPromise,
  type KPromise,
  type NumberedDelivery,
  rejectionBy,
  type Rejection,
  type VatID,
} from '@cooperage/types';
import type { Messages } from '../messages/messages.js';
import type { KernelTables } from '../tables/kernel-tables.js';

/** Messages that one call takes out of an inbox: each costs some ten rows. */
const MOST = 500;

export interface WaitingCallers {
  /**
   * Rejects the promises of messages that wait for a paused vat with an issue number up to `upTo`.
   * @returns whether more wait: call it again
   */
  reject(vatID: VatID, upTo: IssueNumber): boolean;
}

const paused = (vatID: VatID, name: string, isQuarantined: boolean): Rejection =>
  rejectionBy(
    {
      code: 'VAT_PAUSED',
      vat: vatID,
      name,
      reasonCode: isQuarantined ? 'REPLAY_DIVERGED' : 'METER_EXHAUSTED',
    },
    errorCapData(
      `vat ${name} is ${isQuarantined ? 'in quarantine' : 'suspended'}, and the host does not let messages wait longer`,
    ),
  );

export const makeWaitingCallers = (tables: KernelTables, messages: Messages): WaitingCallers => {
  const { cLists, inboxes, promises, quarantines, references, vats, windows } = tables;

  const rejectInbox = (vatID: VatID, upTo: IssueNumber, why: Rejection): boolean => {
    const { taken, isComplete } = inboxes.takeCalls(vatID, upTo, MOST);
    for (const [, target, message] of taken) {
      messages.reject(message.result as KPromise, why);
      references.release(target);
      references.releaseMessage(message);
    }
    return !isComplete;
  };

  /** The promise of a message that is out, where another party than the vat holds it. */
  const awaitedResult = (vatID: VatID, text: string) => {
    const { delivery } = JSON.parse(text) as NumberedDelivery;
    const vref = delivery[0] === 'message' ? delivery[2].result : null;
    const entry = vref === null ? undefined : cLists.toKernel(vatID, vref);
    if (vref === null || entry === undefined || !isKPromise(entry.kref)) return undefined;
    const { state, decider, references: held } = promises.get(entry.kref);
    const isAwaited = state === 'unresolved' && decider === vatID && held > 1;
    return isAwaited ? { vref, entry, kp: entry.kref } : undefined;
  };

  const rejectOut = (vatID: VatID, upTo: IssueNumber, why: Rejection): void => {
    for (const { issue, text } of windows.list(vatID)) {
      const result = issue > upTo ? undefined : awaitedResult(vatID, text);
      if (result === undefined) continue;
      const { vref, entry, kp } = result;
      cLists.substitute(vatID, vref, entry, promises.add(vatID));
      messages.reject(kp, why);
    }
  };

  return {
    reject: (vatID, upTo) => {
      if (!vats.isAlive(vatID) || !tables.isPaused(vatID)) return false;
      const why = paused(vatID, vats.options(vatID).name, quarantines.has(vatID));
      rejectOut(vatID, upTo, why);
      return rejectInbox(vatID, upTo, why);
    },
  };
};
