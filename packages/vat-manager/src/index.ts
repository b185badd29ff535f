/** For running a kernel again from its records. */
export type { AmbientSource } from './core/ambient.js';
export { type Digest, isIncidental } from './core/record-history.js';
export { makeCrew } from './crew.js';
export type { Crew, CrewOptions } from './crew-contract.js';
export { type HeapImages, NO_IMAGES } from './heap-images.js';
export { sha256 } from './digest.js';
export { describeKey } from './core/check/key-schema.js';
export { checkTables, type Finding } from './core/check.js';
export { type Core, makeCore, type Retired } from './core/core.js';
export type { CoreOptions } from './core/core-options.js';
export type { Order } from '@cooperage/types';
export type { OutputHandler } from './output-queue.js';
export { makeRunner } from './runner.js';
export type { Runner, RunnerOptions, RunnerStats } from './runner-contract.js';
export type { RunBounds, RunEnd, RunEndReason } from './runs.js';
export type { ResidencyLimits } from './residency.js';
export type { RunnerEvents } from './runner-events.js';
export type { Output } from '@cooperage/kernel';
