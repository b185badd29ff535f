/** The host's half of a read in the middle of a crank: answers, and wakes the thread. */
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { ReadAnswer } from '../protocol.js';

export interface Answering {
  /** The thread's end. */
  readonly answers: MessagePort;
  readonly answered: SharedArrayBuffer;
  answer(answer: ReadAnswer): void;
  close(): void;
}

export const makeAnswering = (): Answering => {
  const { port1, port2 } = new MessageChannel();
  // This end only sends; it must not keep the process alive.
  port1.unref();
  const answered = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const count = new Int32Array(answered);
  return {
    answers: port2,
    answered,
    answer: (answer) => {
      // The answer is in the port before the count says so.
      port1.postMessage(answer);
      Atomics.add(count, 0, 1);
      Atomics.notify(count, 0);
    },
    close: () => {
      port1.close();
    },
  };
};
