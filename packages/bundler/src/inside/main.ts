/** What runs in each thread that bundles. */
import { parentPort } from 'node:worker_threads';
import { CooperageError, messageOf } from '@cooperage/types';
import type { BundleAnswer, BundleRequest } from '../protocol.js';
import { makeBundle } from './make-bundle.js';

if (parentPort === null) throw Error('this module runs in a worker thread only');
const host = parentPort;

const answer = async ({ number, entry }: BundleRequest): Promise<BundleAnswer> => {
  try {
    return { number, ...(await makeBundle(entry)) };
  } catch (thrown) {
    const code = thrown instanceof CooperageError ? thrown.code : 'BAD_BUNDLE';
    return { number, code, message: messageOf(thrown) };
  }
};

/** One after the other: the work is the processor's. */
let last: Promise<unknown> = Promise.resolve();

host.on('message', (request: BundleRequest) => {
  last = last.then(async () => {
    host.postMessage(await answer(request));
  });
});
