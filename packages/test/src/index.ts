export {
  assertBroken,
  assertHoldsNoReferenceTo,
  assertSent,
  type ExpectedMessage,
} from './assertions.js';
export { closePool } from './base.js';
export {
  explore,
  type ExploreOptions,
  OrderFailsError,
  type Scenario,
} from './exploring/explore.js';
export type { FakeMethods, FakeService, RecordedCall } from './fake-service.js';
export type { Exploration, Report } from './exploring/exploration.js';
export { openWorld } from './world.js';
export type { AnyRemote, RootsOf, World, WorldConfig } from './world-contract.js';
export { E, Far } from 'cooperage';
