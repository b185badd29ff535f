export * from './inspect/inspect.js';
export { EXPORT } from './export/export-arguments.js';
export {
  exportKernel,
  type ExportOptions,
  type Exported,
  exportView,
} from './export/export-kernel.js';
export { followKernel, type FollowOptions } from './export/follow-kernel.js';
export {
  type Imported,
  importInto,
  importKernel,
  type ImportOptions,
} from './export/import-kernel.js';
export { type Difference, type RowDifference } from './replay/difference.js';
export {
  type Replayed,
  replayHistory,
  type ReplayHistoryOptions,
} from './replay/replay-history.js';
export { makeRecordSource, type NextRecord, type RecordSource } from './replay/record-source.js';
export { REPLAY_OPTIONS, replayKernel, type ReplayKernelOptions } from './replay/replay-kernel.js';
export {
  type Rehearsal,
  type RehearsedDifference,
  type RehearsedUpgrade,
  rehearseVat,
  type RehearseOptions,
} from './rehearse/rehearse-vat.js';
export {
  findGarbage,
  type GarbageCycle,
  type GarbageLink,
  type GarbageReport,
} from './garbage/find-garbage.js';
export {
  GARBAGE_OPTIONS,
  garbageOfKernel,
  type GarbageOptions,
} from './garbage/garbage-of-kernel.js';
