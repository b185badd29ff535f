/**
 * Reads from the store of the host in the middle of a crank: asks, and sleeps until the answer is there.
 */
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { ReadAnswer } from '../protocol.js';

export interface AskHostPowers<Message> {
  /** Sends at once, after all that was said before. */
  readonly ask: (message: Message) => void;
  readonly answers: MessagePort;
  readonly answered: SharedArrayBuffer;
}

/** Sends a question and waits for its answer. */
export const makeAskHost = <Message>({ ask, answers, answered }: AskHostPowers<Message>) => {
  const posted = new Int32Array(answered);
  let received = 0;

  return (question: Message): string | undefined => {
    ask(question);
    // `wait` returns at once where the count has moved already.
    while (Atomics.load(posted, 0) === received) Atomics.wait(posted, 0, received);
    received = Atomics.load(posted, 0);
    const message = receiveMessageOnPort(answers) as { message: ReadAnswer } | undefined;
    return message?.message ?? undefined;
  };
};
