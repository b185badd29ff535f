/** One vat in a thread, as the host sees it: where its news goes, and what it still owes. */
import type { DeliveryNumber, VatWorkerSink, VatWorkerSpec, WorkerExit } from '@cooperage/types';
import type { FromThread, VatIndex } from './protocol.js';

export interface HostedVat {
  readonly index: VatIndex;
  readonly spec: VatWorkerSpec;
  /** Deliveries and replayed entries that are still to be heard of. */
  readonly owed: number;
  owe(count: number): void;
  /** Tells the sink, unless the vat was stopped or is gone. */
  tell(message: FromThread): void;
  /** Tells the sink, which hears nothing more. */
  exit(exit: WorkerExit): void;
  /** The sink hears nothing more. */
  silence(): void;
  readonly silent: boolean;
}

export const makeHostedVat = (
  index: VatIndex,
  spec: VatWorkerSpec,
  sink: VatWorkerSink,
): HostedVat => {
  let owed = 0;
  let silent = false;
  const pay = (count: number): void => {
    owed = Math.max(0, owed - count);
  };

  return {
    index,
    spec,
    get owed() {
      return owed;
    },
    owe: (count) => {
      owed += count;
    },
    tell: (message) => {
      if (silent) return;
      switch (message[0]) {
        case 'records':
          pay(message[2].length);
          sink.records(message[2]);
          return;
        case 'replayed':
          pay(message[3]);
          sink.replayed(message[2] as DeliveryNumber);
          return;
        case 'diverged':
          owed = 0;
          sink.diverged(message[2]);
          return;
        case 'console':
          sink.console(message[2], message[3]);
          return;
        case 'failed':
        case 'ready':
        case 'log':
        case 'read':
        case 'stopped':
          return;
      }
    },
    exit: (exit) => {
      if (silent) return;
      silent = true;
      owed = 0;
      sink.exited(exit);
    },
    silence: () => {
      silent = true;
      owed = 0;
    },
    get silent() {
      return silent;
    },
  };
};
