export {
  type FollowedRecording,
  followRecording,
  holdersOf,
  readRecording,
  type ReadOptions,
} from './read-recording.js';
export type {
  Clock,
  CommitMade,
  Crank,
  Cut,
  Delivery,
  ObjectLife,
  Party,
  PromiseLife,
  Recording,
  ServiceCallMade,
} from './recording.js';
export {
  causesOf,
  type Crossing,
  type Crossings,
  effectsOf,
  findCrossings,
  nameDeliveries,
  withCauses,
} from './crossings.js';
export { drawSequence } from './sequence.js';
export { insistCrank, rerunInto, type Retirement, retirementsOf } from './rerun-into.js';
