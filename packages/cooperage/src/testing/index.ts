/** For `@cooperage/test` and for no other package: kernels whose process is played by a test. */
export { resolveConfig } from '../config/config.js';
export { openResolved as openPlayed } from '../open-kernel.js';
export type { PlayedKernel, PlayedProcess } from './played-process.js';
export type { Clock } from '../services/timer/clock.js';
export { makeVatWorkers } from '../workers/vat-workers.js';
