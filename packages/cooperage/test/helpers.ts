import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
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
const onPublished = process.env['COOPERAGE_TEST_LIVESLOTS'] === 'published';

/** The same options, on the liveslots that the tests are run on. */
export const onTestedLiveslots = (options: OpenKernelOptions): OpenKernelOptions =>
  typeof options.config === 'object'
    ? {
        ...options,
        ...(onPublished && {
          liveslots: { published: import.meta.resolve('@agoric/swingset-liveslots') },
        }),
        config: {
          ...(onPublished && { liveslots: 'published' }),
          // Where a test is about something else, a busy machine is no reason to end a vat.
          crankTimeLimit: 60_000,
          ...options.config,
        },
      }
    : options;

/** Opens a kernel that is quiet and is closed after the test. */
export const openForTest = async (options: OpenKernelOptions): Promise<CooperageKernel> => {
  const kernel = await openKernel({
    threads: 2,
    log: () => undefined,
    ...onTestedLiveslots(options),
    on: { console: () => undefined, ...options.on },
  });
  kernels.push(kernel);
  return kernel;
};

afterEach(async () => {
  for (const kernel of kernels.splice(0)) await kernel.close();
  for (const directory of directories.splice(0))
    rmSync(directory, { recursive: true, force: true });
});
