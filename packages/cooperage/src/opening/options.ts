/** How a kernel is opened. */
import type { OpenKernelOptions } from '../kernel-api.js';
import type { PlayedProcess } from '../testing/played-process.js';

/** How a kernel is opened, the config aside. */
export interface Opening extends Omit<OpenKernelOptions, 'config'> {
  /** For tests of vats. */
  readonly played?: PlayedProcess | undefined;
}
