/** One vat in a thread, as the host sees it: where its news goes, and what it still owes. */
import type { DeliveryNumber, VatWorkerSink, VatWorkerSpec, WorkerExit } from '@cooperage/types';
import type { VatIndex, VatMessage } from '../protocol.js';

export interface HostedVat {
  readonly index: VatIndex;
  readonly spec: VatWorkerSpec;
  /** Something is still to be heard of. */
  readonly busy: boolean;
  owe(count: number): void;
  /** Tells the sink, unless the vat was stopped or is gone. */
  tell(message: VatMessage): void;
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
  /** Deliveries, replayed entries and images. */
  let owed = 0;
  let silent = false;
  const pay = (count: number): void => {
    owed = Math.max(0, owed - count);
  };

  return {
    index,
    spec,
    get busy() {
      return owed > 0;
    },
    owe: (count) => {
      owed += count;
    },
    tell: (message) => {
      if (silent) return;
      switch (message[0]) {
        case 'records':
          pay(message[2].length);
          sink.records(message[2], message[3]);
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
          sink.console(message[2], message[3], message[4]);
          return;
        case 'image':
          pay(1);
          sink.image?.(
            message[2] === undefined
              ? undefined
              : { ...message[2], n: message[2].n as DeliveryNumber },
          );
          return;
        default:
          message satisfies never;
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
