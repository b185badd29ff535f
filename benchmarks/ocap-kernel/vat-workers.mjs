// The service by which the kernel starts vats: a worker thread for each. Its own one for Node is not on the registry.
import { Worker } from 'node:worker_threads';
import { isJsonRpcMessage } from '@metamask/kernel-utils';
import { NodeWorkerDuplexStream } from '@metamask/streams';

const vatFile = new URL('./vat.mjs', import.meta.url);

/** A `VatWorkerService`. A thread that fails ends the run: nothing here restarts one. */
export const makeVatWorkers = () => {
  const workers = new Map();

  const terminate = async (vatId) => {
    const worker = workers.get(vatId);
    workers.delete(vatId);
    await worker?.terminate();
  };

  return harden({
    launch: async (vatId) => {
      const worker = new Worker(vatFile, { workerData: { vatId } });
      workers.set(vatId, worker);
      worker.on('error', (error) => {
        throw error;
      });
      return NodeWorkerDuplexStream.make(worker, isJsonRpcMessage);
    },
    terminate,
    terminateAll: async () => {
      await Promise.all([...workers.keys()].map(terminate));
    },
  });
};
