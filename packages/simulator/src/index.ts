export type { Profile } from './vats/behaviour.js';
export { compareSchedules } from './runs/compare-schedules.js';
export { type Exploration, explore, type ExploreOptions } from './runs/explore.js';
export { type Catch, hunt } from './runs/hunt.js';
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
export { planWorld } from './runs/plan.js';
export { VAT_SIDE_RULES, type VatSideRules } from './mutations/rules.js';
export { failureOf, reproduction, shrink } from './runs/shrink.js';
export { type Run, simulate } from './runs/simulate.js';
export { Violation } from './violation.js';
export { CALM, DEFAULT_OPTIONS, WILD, type WorldOptions } from './world/world-options.js';
export type { WorldCounts } from './world/world-counts.js';
export type { WorldPowers } from './world/world.js';
