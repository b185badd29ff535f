export { allowanceOf } from './meters/allowance.js';
export type { ChangeOptions } from './vats/change-options.js';
export type { Effect, Effects, UpgradedWithoutHeap } from './effects.js';
export type { Forks } from './vats/forks.js';
export type { CrankEnd, Cranks } from './crank.js';
export type { Host } from './host.js';
export { type Kernel, type KernelSettings, makeKernel } from './kernel.js';
export type { Pauses } from './vats/pauses.js';
export type { Arrival, LinkHost } from './links/links.js';
export type { Meters } from './meters/meters.js';
export type { Messages } from './messages/messages.js';
export { allegedCodeOf } from './messages/alleged-code.js';
export { resolutionsFrom } from './messages/notifications.js';
export {
  asStop,
  blamingVat,
  blamingVatInSlices,
  illegal,
  KernelStop,
  panic,
  stopsKernel,
  VatFault,
} from './panic.js';
export { isObjectRef, route, type Route, vatTerminated } from './messages/routing.js';
export { reasonText } from './smallcaps.js';
export { parseChangeableOptions, usualOptions } from './vats/requested-options.js';
export type { Exit, Syscalls } from './messages/syscalls.js';
export { type CListEntry, type CLists, parseCListEntry } from './tables/references/c-lists.js';
export type { BackPressure } from './tables/deliveries/back-pressure.js';
export type { AccountRow, Quotas } from './tables/vats/accounts.js';
export type { Creation } from './tables/vats/creations.js';
export {
  isAdmin,
  readMeter,
  rootHeldBy,
  vatOfAdmin,
  waitingOnMeter,
} from './tables/references/devices.js';
export type { PauseReasons } from './tables/vats/pause-reasons.js';
export type { Unreaped } from './tables/vats/reap-counters.js';
export type { UpgradeInProgress, Undo, WithoutHeap } from './tables/vats/upgrades-in-progress.js';
export {
  type ExclusiveWork,
  type ForkRequest,
  type InboxEntry,
  type InboxWork,
  isExclusive,
  waitsForQuiet,
  type OptionsRequest,
  type UpgradeRequest,
} from './tables/deliveries/inboxes.js';
export {
  type AmbientInput,
  type CrankCause,
  formatCause,
  type History,
  type HistoryEntry,
  type HostCall,
} from './tables/history.js';
export {
  type CrankTime,
  type GroupTimes,
  isThread,
  type Moment,
  type Times,
  type WorkerMark,
} from './tables/times.js';
export { type KernelTables, makeKernelTables } from './tables/kernel-tables.js';
export {
  DROP_QUEUED,
  formerOwner,
  isOrphan,
  type NoOwner,
  type ObjectRow,
  type Owner,
  parseObjectRow,
  RETIRE_QUEUED,
} from './tables/references/objects.js';
export type { Output } from './tables/deliveries/outputs.js';
export {
  type Decider,
  parsePromiseRow,
  type PromiseRow,
  type Subscriber,
} from './tables/references/promises.js';
export { groupLinks, peersIn } from './tables/links/group-links.js';
export type { LinkRows } from './tables/links/link-rows.js';
export { endOf, keys, type RowKind, SCHEMA } from './tables/schema.js';
export type { VatEnd } from './tables/vats/ends.js';
export { migrateRows } from './tables/former-keys.js';
export { bulkOf, rangesLeft } from './tables/vats/left-rows.js';
export type { Suspension, Suspensions } from './tables/vats/suspensions.js';
export type { OutRow } from './tables/deliveries/windows.js';
export type { RequestedVat, VatLifecycle } from './vats/vat-lifecycle.js';
export type { AmbientSource } from './core/ambient.js';
export { makeCore } from './core/core.js';
export type { Core, Refusal, Retired } from './core/core-contract.js';
export { CHOICES } from './core/delivery-order.js';
export type { CoreOptions } from './core/core-options.js';
export { type Digest, isIncidental } from './core/record-history.js';
export { repeatCalls } from './core/repeat-calls.js';
export { checkTables, type Finding } from './check/check.js';
export { describeKey } from './check/rows/key-schema.js';
export { hasPendingWrites, type Incarnation } from './deliveries/incarnation.js';
