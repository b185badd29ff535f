/**
 * Reads from the store of the host in the middle of a crank: asks, and sleeps until the answer is there.
 */
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { VatstoreReader } from '@cooperage/types';
import type { FromThread, ReadAnswer, VatIndex } from '../protocol.js';

export interface HostReaderPowers {
  /** Sends at once, after all that was said before. */
  readonly ask: (message: FromThread) => void;
  readonly answers: MessagePort;
  readonly answered: SharedArrayBuffer;
}

export const makeHostReaders = ({ ask, answers, answered }: HostReaderPowers) => {
  const posted = new Int32Array(answered);
  let received = 0;

  const read = (
    vat: VatIndex,
    operation: 'get' | 'getNextKey',
    key: string,
  ): string | undefined => {
    ask(['read', vat, operation, key]);
    // `wait` returns at once where the count has moved already.
    while (Atomics.load(posted, 0) === received) Atomics.wait(posted, 0, received);
    received = Atomics.load(posted, 0);
    const message = receiveMessageOnPort(answers) as { message: ReadAnswer } | undefined;
    return message?.message ?? undefined;
  };

  return (vat: VatIndex): VatstoreReader => ({
    get: (key) => read(vat, 'get', key),
    getNextKey: (priorKey) => read(vat, 'getNextKey', priorKey),
  });
};
