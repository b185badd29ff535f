export type { Profile } from './behaviour.js';
export { compareSchedules } from './compare-schedules.js';
export { type Exploration, explore, type ExploreOptions } from './explore.js';
export { type Catch, hunt } from './hunt.js';
export {
  type Explored,
  exploreLinks,
  type ExploreOptions as ExploreLinksOptions,
} from './links/explore.js';
export { LINK_RULES, type LinkRule } from './links/rules.js';
export {
  runWorlds as runLinkWorlds,
  type WorldsOptions,
  type WorldsOutcome,
} from './links/run-worlds.js';
export { type Mutation, MUTATIONS } from './mutations/mutations.js';
export { planWorld } from './plan.js';
export { VAT_SIDE_RULES, type VatSideRules } from './mutations/rules.js';
export { failureOf, reproduction, shrink } from './shrink.js';
export { type Run, simulate } from './simulate.js';
export { Violation } from './violation.js';
export { CALM, DEFAULT_OPTIONS, WILD, type WorldOptions } from './world-options.js';
export type { WorldCounts } from './world-counts.js';
export type { WorldPowers } from './world.js';
