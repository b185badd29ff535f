// The thread of a vat: the kernel's own supervisor, over the port to the thread that started it.
import '@metamask/kernel-shims/endoify';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { isJsonRpcMessage } from '@metamask/kernel-utils';
import { Logger, makeStreamTransport, splitLoggerStream } from '@metamask/logger';
import { VatSupervisor } from '@metamask/ocap-kernel';
import { NodeWorkerDuplexStream } from '@metamask/streams';

const { vatId } = workerData;
const stream = await NodeWorkerDuplexStream.make(parentPort, isJsonRpcMessage);
const { kernelStream, loggerStream } = splitLoggerStream(stream);
const logger = new Logger({ tags: [vatId], transports: [makeStreamTransport(loggerStream)] });

// It starts itself: it listens to the stream.
new VatSupervisor({
  id: vatId,
  kernelStream,
  logger,
  vatPowers: { logger },
  fetchBlob: async (url) => new Response(await readFile(fileURLToPath(url))),
});
