/** What a store says about a kernel, as data: behind the command line, and for tools of one's own. */
export { formatCall, formatCapData } from './capdata-text.js';
export { checkStore, type StoreCheck, type StoreProblem } from './check-store.js';
export { engineOf, type Era, erasOf } from './engine-eras.js';
export { type EndedVat, endedVats, findVat, staticNames } from './find-vat.js';
export { type Holder, type Holders, listHolders } from './holders.js';
export { formatDelivery, formatSyscall } from './delivery-text.js';
export { listVats, type VatList, type VatSummary } from './list-vats.js';
export {
  findMeter,
  listMeters,
  type MeteredVat,
  metersOf,
  type ShownMeter,
} from './list-meters.js';
export type { Blocked } from './blocked.js';
export { makeRepairReport, type Repair } from './repair-report.js';
export {
  parseTranscriptEntry,
  readTranscript,
  type Transcript,
  type TranscriptCrank,
  type TranscriptRange,
} from './read-transcript.js';
export {
  type ShownDelivery,
  type ShownInboxEntry,
  type ShownObject,
  type ShownPromise,
  showVat,
  type VatDetails,
} from './show-vat.js';
export { presentBackendOn, storeOn } from './store-on-view.js';
export { countUnheldObjects } from './unheld-objects.js';
