import {
  type CapData,
  isKPromise,
  type KernelSyscallObject,
  type KPromise,
  type KRef,
  LIMITS,
  type Message,
  type Pace,
  type RejectedBy,
  rejectionBy,
  type VatID,
  type Work,
} from '@cooperage/types';
import type { Messages } from './messages.js';
import { illegal } from '../panic.js';
import type { KernelTables } from '../tables/kernel-tables.js';
import { keys } from '../tables/schema.js';

/** How a vat requested its own end. */
export interface Exit {
  readonly isFailure: boolean;
  readonly info: CapData<KRef>;
}

export interface Syscalls {
  /**
   * Applies one syscall of `vatID`, with translated and checked references. Drops, retirements and abandonments only
   * change the c-list, and are applied elsewhere.
   * @param drainsLast the consequences of a resolution wait until all syscalls of the crank are applied
   * @throws {CooperageError} `ILLEGAL_SYSCALL`: refuse the whole record
   */
  apply(vatID: VatID, syscall: KernelSyscallObject, drainsLast?: boolean): Work<Exit | undefined>;
  /** Subscribes the vat to the promise. */
  subscribe(vatID: VatID, kp: KPromise): void;
}

export const makeSyscalls = (tables: KernelTables, messages: Messages, pace: Pace): Syscalls => {
  const { inboxes, promises, rows, vats } = tables;

  const reasonOf = (vatID: VatID): RejectedBy => ({
    vat: vatID,
    name: vats.options(vatID).name,
  });

  const send = (vatID: VatID, target: KRef, message: Message<KRef>): void => {
    if (message.result !== null) {
      if (!isKPromise(message.result)) illegal('the result of a message must be a promise');
      const { state, decider } = promises.get(message.result as KPromise);
      if (state !== 'unresolved' || decider !== vatID) {
        illegal('the result of a message must be a promise that the sender decides');
      }
    }
    messages.send(target, message, vatID);
  };

  const subscribe = (vatID: VatID, kp: KPromise): void => {
    const row = promises.get(kp);
    // If another notify carries the promise first, this one is void when it is handed out.
    if (row.state !== 'unresolved') inboxes.append(vatID, ['notify', kp]);
    else if (!row.subscribers.includes(vatID)) {
      promises.put(kp, { ...row, subscribers: [...row.subscribers, vatID] });
    }
  };

  const resolve = function* (
    vatID: VatID,
    resolutions: readonly (readonly [KPromise, boolean, CapData<KRef>])[],
    drainsLast: boolean,
  ): Work {
    for (const [kp, isReject, data] of resolutions) {
      const { state, decider } = promises.get(kp);
      if (state !== 'unresolved' || decider !== vatID) {
        illegal('only the decider of a promise can resolve it, and only once');
      }
      if (isReject) messages.reject(kp, rejectionBy(reasonOf(vatID), data));
      else messages.fulfill(kp, data);
      if (pace.spend(5 + data.slots.length)) yield;
      if (!drainsLast && messages.hasWork) yield* messages.drain();
    }
  };

  return {
    subscribe,
    *apply(vatID, syscall, drainsLast = false) {
      switch (syscall[0]) {
        case 'send':
          send(vatID, syscall[1], syscall[2]);
          if (pace.spend(5 + syscall[2].methargs.slots.length)) yield;
          return undefined;
        case 'subscribe':
          subscribe(vatID, syscall[1]);
          return undefined;
        case 'resolve':
          yield* resolve(vatID, syscall[1], drainsLast);
          return undefined;
        case 'exit':
          return { isFailure: syscall[1], info: syscall[2] };
        case 'vatstoreSet':
          if (syscall[2].length > LIMITS.vatstoreValueLength) {
            illegal(`a vatstore value is at most ${LIMITS.vatstoreValueLength} characters`);
          }
          rows.set(keys.vatstore(vatID, syscall[1]), syscall[2]);
          return undefined;
        case 'vatstoreDelete':
          rows.delete(keys.vatstore(vatID, syscall[1]));
          return undefined;
        case 'vatstoreGet':
        case 'vatstoreGetNextKey':
          // The worker has answered it; it is in the record for replays.
          return undefined;
        case 'callNow':
          return illegal('there are no devices: services are called with E()');
        case 'dropImports':
        case 'retireImports':
        case 'retireExports':
        case 'abandonExports':
          return illegal(`${syscall[0]} is applied to the c-list by the vat manager`);
      }
    },
  };
};
