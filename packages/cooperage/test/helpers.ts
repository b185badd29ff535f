import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach } from 'vitest';
import { DEFAULTS, type VatWorker, type VatWorkerHost } from '@cooperage/types';
import { makeVatWorkers } from '../src/workers/vat-workers.js';
import { type CooperageKernel, openKernel, type OpenKernelOptions } from '../src/index.js';

export const fixture = (name: string): string => join(import.meta.dirname, 'fixtures', name);

const directories: string[] = [];
const kernels: CooperageKernel[] = [];

export const temporaryDirectory = (): string => {
  const directory = mkdtempSync(join(tmpdir(), 'cooperage-test-'));
  directories.push(directory);
  return directory;
};

/** Set where the tests are run once more, on the field's published liveslots instead of ours. */
export const onPublished = process.env['COOPERAGE_TEST_LIVESLOTS'] === 'published';

const PUBLISHED = { published: import.meta.resolve('@agoric/swingset-liveslots') };

/** The same options, on the liveslots that the tests are run on. */
export const onTestedLiveslots = (options: OpenKernelOptions): OpenKernelOptions =>
  typeof options.config === 'object'
    ? {
        ...options,
        ...(onPublished && {
          liveslots: PUBLISHED,
        }),
        config: {
          ...(onPublished && { liveslots: 'published' }),
          // Where a test is about something else, a busy machine is no reason to end a vat.
          crankTimeLimit: 60_000,
          ...options.config,
        },
      }
    : options;

let threads: VatWorkerHost | undefined;

/**
 * The threads of this file's kernels, one after another: to start two takes more processor time than most tests.
 * A kernel that closes leaves none of its vats in them.
 */
const borrowThreads = (): VatWorkerHost => {
  const lent = (threads ??= makeVatWorkers({
    threads: 2,
    heapLimitMB: DEFAULTS.heapLimit,
    ...(onPublished && { liveslots: PUBLISHED }),
  }));
  const started = new Set<VatWorker>();
  return {
    prepare: (vats) => lent.prepare?.(vats),
    get running() {
      return lent.running ?? 0;
    },
    baseImage: (hash) => lent.baseImage?.(hash),
    start: (spec, sink) => {
      const worker = lent.start(spec, sink);
      started.add(worker);
      return worker;
    },
    stop: async () => {
      await Promise.all([...started].map(async (worker) => worker.stop()));
    },
  };
};

/** Options that say how a kernel's threads are, and those that bring threads of their own. */
const OF_THREADS = ['threads', 'heapLimit', 'liveslots', 'quickjs', 'workers'];
const saysThreads = (options: object): boolean =>
  Object.keys(options).some((name) => OF_THREADS.includes(name));

/** Opens a kernel that is quiet and is closed after the test. */
export const openForTest = async (options: OpenKernelOptions): Promise<CooperageKernel> => {
  const { liveslots, ...tested } = onTestedLiveslots(options);
  const ownThreads =
    saysThreads(options) || (typeof options.config === 'object' && saysThreads(options.config));
  const kernel = await openKernel({
    ...(ownThreads
      ? { threads: 2, ...(liveslots !== undefined && { liveslots }) }
      : { workers: borrowThreads() }),
    log: () => undefined,
    ...tested,
    on: { console: () => undefined, ...options.on },
  });
  kernels.push(kernel);
  return kernel;
};

/**
 * Before a vat is told to do something without end: only from here on its cranks have little time, so that the test
 * is soon over and a busy machine can still start the vat.
 */
export const limitTime = async (kernel: CooperageKernel, vat: string): Promise<void> =>
  kernel.changeOptions(vat, { crankTimeLimit: 1_000 });

afterAll(async () => threads?.stop());

afterEach(async () => {
  for (const kernel of kernels.splice(0)) await kernel.close();
  for (const directory of directories.splice(0))
    rmSync(directory, { recursive: true, force: true });
});
