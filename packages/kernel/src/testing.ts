/** For the simulator's mutation tests: the core with other rules. */
export { makeCoreWith } from './core/core.js';
export { CROSSING_RULES, type CrossingRules } from './records/crossing-rules.js';
