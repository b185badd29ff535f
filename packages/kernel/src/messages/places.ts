/** Places in inboxes for messages that wait on promises: a vat with `enablePipelining` gets them at once. */
import { isVatID, type KPromise, type KRef, type VatID } from '@cooperage/types';
import type { KernelTables } from '../tables/kernel-tables.js';
import type { Decider, WaitingMessage } from '../tables/references/promises.js';
import type { Departures } from './departures.js';

export interface Places {
  /** Whether this decider gets the messages that wait on its promises before it has resolved them. */
  isPipelining(decider: Decider): decider is VatID;
  /**
   * The receiver of a message becomes the decider of its result. A vat with `enablePipelining` gets the messages that
   * wait on that promise, each at its place in the inbox.
   */
  readonly becomeDecider: (vatID: VatID, result: KRef) => void;
  /**
   * The message whose result this promise is waits in the inbox of this vat, or on a promise that the vat decides.
   * All messages to the promise come behind that message, and before everything that enters the inbox later.
   */
  awaitDecider(vatID: VatID, result: KRef | null): void;
  /** A message that waits on a promise gets its place in the inbox of the vat that decides the promise. */
  give(vatID: VatID, promise: KPromise, result: KRef | null): void;
  /** The same for a message whose promise may have another next decider by now, or none. */
  giveIfDecided(vatID: VatID, promise: KPromise, result: KRef | null): void;
  /** A vat that was to decide the promise will not do so, and so will not decide the results of its waiting messages. */
  lose(promise: KPromise, waiting: WaitingMessage): void;
}

/** @param departures the queue from which the messages of a promise take their places, in the order in which they came */
export const makePlaces = (tables: KernelTables, departures: Departures): Places => {
  const { inboxes, promises, vats } = tables;

  /**
   * A zygote gets no pipelined messages: it accepts only messages of its creator, and the target must be known to check
   * that.
   */
  const isPipelining = (decider: Decider): decider is VatID => {
    if (!isVatID(decider) || !vats.isAlive(decider)) return false;
    const { enablePipelining, zygote } = vats.options(decider);
    return enablePipelining === true && zygote !== true;
  };

  const awaitDecider = (vatID: VatID, result: KRef | null): void => {
    if (result === null) return;
    const kp = result as KPromise;
    const row = { ...promises.get(kp), nextDecider: vatID };
    promises.put(kp, row);
    departures.add(kp, promises.waiting(kp, row), vatID);
  };

  const give = (vatID: VatID, promise: KPromise, result: KRef | null): void => {
    inboxes.append(vatID, ['pipelined', promise]);
    awaitDecider(vatID, result);
  };

  return {
    isPipelining,
    awaitDecider,
    give,
    becomeDecider: (vatID, result) => {
      const kp = result as KPromise;
      const { nextDecider, ...row } = promises.get(kp);
      promises.put(kp, { ...row, decider: vatID, nextDecider: undefined });
      if (nextDecider === vatID || !isPipelining(vatID)) return;
      departures.add(kp, promises.waiting(kp, promises.get(kp)), vatID);
    },
    giveIfDecided: (vatID, promise, result) => {
      const row = promises.find(promise);
      if ((row?.decider ?? row?.nextDecider) === vatID) give(vatID, promise, result);
    },
    lose: (promise, { result }) => {
      const now = promises.find(promise);
      if (result === null || now === undefined) return;
      if (isPipelining(now.decider ?? now.nextDecider)) return;
      const kp = result as KPromise;
      const row = promises.get(kp);
      if (row.nextDecider === undefined) return;
      promises.put(kp, { ...row, nextDecider: undefined });
      departures.add(kp, promises.waiting(kp, row), 'nowhere');
    },
  };
};
