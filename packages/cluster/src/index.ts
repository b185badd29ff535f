export { type Agent, type OwnShard, startAgent } from './agent.js';
export type { Counters } from './kept-shards.js';
export type { AgentOptions } from './agent-options.js';
export { metricsOf, serveEndpoints } from './endpoints.js';
export {
  type ClusterView,
  type DatabaseOptions,
  type Membership,
  type NodeRow,
  openMembership,
  type ShardPlace,
} from './membership.js';
export { type Candidate, type Place, placeShard } from './placement.js';
export {
  type Address,
  ADDRESS,
  type Complaint,
  type Probes,
  readAddress,
  type ProbeServer,
  serveProbes,
} from './probes.js';
export type { FromShard, ShardStart, ShardState, ToShard } from './protocol.js';
export { readSecret } from './secrets.js';
