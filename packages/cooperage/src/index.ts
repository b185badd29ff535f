export { CooperageError, hasCode, messageOf } from '@cooperage/types';
export {
  type Bundle,
  type BundleOptions,
  type BundleProgress,
  type Bundler,
  type BundlerOptions,
  makeBundler,
} from '@cooperage/bundler';
export {
  type KernelConfig,
  type MeterConfig,
  type ResolvedConfig,
  type ResolvedVat,
  resolveConfig,
  type VatConfig,
} from './config/config.js';
export type { BootstrapState } from './bootstrap.js';
export type { ChangedOption, ConfigChange } from './changes/config-change.js';
export type { KernelEventName, KernelEvents, Listener } from './host/events.js';
export { isRejection, RejectionError, type RejectionMarks } from './host/rejections/rejections.js';
export type {
  AnyMethods,
  KernelRef,
  KernelRefMethods,
  Received,
  Remote,
  Sendable,
} from './host/references/kernel-ref.js';
export type { Passable } from './host/passable.js';
export { E, Far } from './host/eventual-send.js';
export {
  makeService,
  type Service,
  type ServiceCall,
  type ServiceOptions,
} from './host/service.js';
export type {
  CooperageKernel,
  KernelRunEnd,
  KernelStats,
  NewCode,
  OpenKernelOptions,
  Uncollected,
  UpgradedIncarnation,
  UpgradeVatRequest,
  VatRequest,
  VatUpgrade,
} from './kernel-api.js';
export { openKernel } from './open-kernel.js';
export { type ClusterConfig, readClusterConfig } from './cluster/cluster-config.js';
export { type ServedNode, serveNode } from './cluster/serve-node.js';
export type { QuickJSOptions } from './workers/vat-workers.js';
export type { LogLevel, LogSink } from './services/logger.js';
export {
  type Difference,
  exportKernel,
  type ExportOptions,
  type Exported,
  type GarbageCycle,
  type GarbageLink,
  type GarbageReport,
  type Imported,
  importKernel,
  type ImportOptions,
  type Replayed,
  type RowDifference,
} from '@cooperage/tools';
export { replayKernel, type ReplayKernelOptions } from './tools/replay-kernel.js';
export type { PausedVat, RunBounds, RunEnd, RunEndReason } from '@cooperage/vat-manager';
export type { ForkedKernel } from '@cooperage/inspect';
export { forkKernel, type ForkKernelOptions } from './tools/fork-kernel.js';
export { garbageOfKernel, type GarbageOptions } from './tools/garbage-of-kernel.js';
