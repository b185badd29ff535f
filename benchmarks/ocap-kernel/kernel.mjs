// MetaMask's ocap kernel over its SQLite store for Node, behind the interface of the other sides.
import '@metamask/kernel-shims/endoify';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { MessageChannel } from 'node:worker_threads';
import bundleSource from '@endo/bundle-source';
import { makeSQLKernelDatabase } from '@metamask/kernel-store/sqlite/nodejs';
import { isJsonRpcMessage } from '@metamask/kernel-utils';
import { Logger } from '@metamask/logger';
import { Kernel, kunser } from '@metamask/ocap-kernel';
import { NodeWorkerDuplexStream } from '@metamask/streams';
import { makeVatWorkers } from './vat-workers.mjs';

/** Bundles each file once, and gives where that bundle is, by the vat's name. */
const bundleVats = async (vats, directory) => {
  const specs = new Map();
  for (const file of new Set(Object.values(vats))) {
    const source = fileURLToPath(new URL(`../vats/imports/${file}`, import.meta.url));
    const bundle = join(directory, `${file}.bundle.json`);
    writeFileSync(bundle, JSON.stringify(await bundleSource(source)));
    specs.set(file, { bundleSpec: pathToFileURL(bundle).href });
  }
  return Object.fromEntries(Object.entries(vats).map(([name, file]) => [name, specs.get(file)]));
};

/** It wants a channel for commands of a program that drives it; here nothing comes by it. */
const openCommandStream = async () => {
  const { port1, port2 } = new MessageChannel();
  const [stream] = await Promise.all(
    [port1, port2].map((port) => NodeWorkerDuplexStream.make(port, isJsonRpcMessage)),
  );
  return { stream, close: () => port1.close() };
};

/**
 * The world as in `ours.mjs`, without bundles.
 * @param {object} [world.options]
 * @param {boolean} [world.options.writeAhead]  has SQLite write its log ahead, which the store does not ask for
 */
export const open = async ({ directory, bootstrap, vats, options = {} }) => {
  mkdirSync(directory, { recursive: true });
  // The store puts its files below the system's folder for temporary ones.
  process.env.TMPDIR = directory;
  const database = await makeSQLKernelDatabase({ dbFilename: 'kernel.sqlite' });
  if (options.writeAhead) database.executeQuery('PRAGMA journal_mode = WAL');

  // It prints each message that the host sends.
  console.debug = () => {};
  const commands = await openCommandStream();
  const workers = makeVatWorkers();
  const logger = new Logger({ tags: ['kernel'] });
  const kernel = await Kernel.make(commands.stream, workers, database, { logger });
  if (kernel.getSubclusters().length === 0) {
    await kernel.launchSubcluster({ bootstrap, vats: await bundleVats(vats, directory) });
  }
  const vatIds = kernel.getSubclusters()[0].vats;
  const roots = Object.fromEntries(
    Object.keys(vats).map((name, i) => [name, kernel.pinVatRoot(vatIds[i])]),
  );

  return {
    sendAll: async (messages) => {
      const answers = await Promise.all(
        messages.map(([vat, method, args = []]) => kernel.queueMessage(roots[vat], method, args)),
      );
      // An answer is given before it is committed. What waits for the crank to end waits for the commit.
      await kernel.getStatus();
      return answers.map((answer) => {
        const value = kunser(answer);
        if (value instanceof Error) throw value;
        return value;
      });
    },
    stats: () => ({}),
    close: async () => {
      await workers.terminateAll();
      commands.close();
    },
  };
};
