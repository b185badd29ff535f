/** How a kernel is opened. */
import type { Bundles, VatWorkerHost } from '@cooperage/types';
import type { OpenKernelOptions } from '../kernel-api.js';
import type { PlayedProcess } from '../testing/played-process.js';

/** How a kernel is opened, the config aside. */
export interface Opening extends Omit<OpenKernelOptions, 'config'> {
  /** For tests of vats. */
  readonly played?: PlayedProcess | undefined;
  /** The shards of vats of the config that other kernels run, by the names of these vats. */
  readonly elsewhere?: ReadonlyMap<string, string> | undefined;
  /** Puts something around the workers, for instance a debugger. */
  readonly aroundWorkers?:
    ((workers: VatWorkerHost, bundles: Bundles) => VatWorkerHost) | undefined;
}
