/** What the page shows, as plain data. Pure functions of a recording: each is compared with the kernel's own tables. */
export { type CrankView, crankViewOf, type CrankViewPowers } from './crank.js';
export { type CollectionView, type KindView, type VatDataView, vatDataOf } from './data.js';
export { type FamilyMember, familyOf } from './family.js';
export type { GroupOfKind } from './kinds.js';
export { labelOf, type Link } from './labels.js';
export { type Gauge, makeMetrics, type Metrics, type MetricsView, type Rate } from './metrics.js';
export { type Holder, type ObjectView, objectViewOf } from './object.js';
export { type Overview, overviewOf } from './overview.js';
export type { Retainer } from './retention.js';
export { type Found, search } from './search.js';
export {
  type Filter,
  makeTerms,
  type Term,
  type Terms,
  type TermsView,
} from './timeline/filter.js';
export { type Lane, type Lanes, makeLanes, makeThreadLanes } from './timeline/lanes.js';
export { makeTimed, type Timed } from './timeline/timed.js';
export {
  type Arrow,
  type Box,
  type Mark,
  type Part,
  type Scale,
  type TimelinePowers,
  timelineOf,
  type TimelineView,
} from './timeline/timeline.js';
export { type VatView, vatViewOf } from './vat.js';
