export { allowanceOf } from './allowance.js';
export type { ChangeOptions } from './change-options.js';
export type { Effect, Effects } from './effects.js';
export { FORK_RULES, type ForkRules, type Forks } from './forks.js';
export type { CrankEnd, Cranks } from './crank.js';
export type { Host } from './host.js';
export { type Kernel, type KernelSettings, makeKernel } from './kernel.js';
export type { Halts } from './halts.js';
export type { Meters } from './meters.js';
export type { Messages } from './messages.js';
export { resolutionsFrom } from './notifications.js';
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
export { isObjectRef, route, type Route, vatTerminated } from './routing.js';
export { reasonText } from './smallcaps.js';
export { parseChangeableOptions } from './requested-options.js';
export type { Exit, Syscalls } from './syscalls.js';
export { type CListEntry, type CLists, parseCListEntry } from './tables/c-lists.js';
export type { BackPressure } from './tables/back-pressure.js';
export type { AccountRow, Quotas } from './tables/accounts.js';
export type { Creation } from './tables/creations.js';
export { isAdmin, readMeter, rootHeldBy, vatOfAdmin, waitingOnMeter } from './tables/devices.js';
export type { Hold, Undo } from './tables/holds.js';
export {
  type ExclusiveWork,
  type ForkRequest,
  type InboxEntry,
  type InboxWork,
  isExclusive,
  waitsForQuiet,
  type OptionsRequest,
  type UpgradeRequest,
} from './tables/inboxes.js';
export {
  type AmbientInput,
  type CrankCause,
  formatCause,
  type History,
  type HistoryEntry,
  type HostCall,
} from './tables/history.js';
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
} from './tables/objects.js';
export type { Output } from './tables/outputs.js';
export {
  type Decider,
  parsePromiseRow,
  type PromiseRow,
  type Subscriber,
} from './tables/promises.js';
export { endOf, keys, type RowKind, SCHEMA } from './tables/schema.js';
export type { VatEnd } from './tables/ends.js';
export { bulkOf, rangesLeft } from './tables/remains.js';
export type { Suspension, Suspensions } from './tables/suspensions.js';
export type { OutRow } from './tables/windows.js';
export type { RequestedVat, VatLifecycle } from './vat-lifecycle.js';
