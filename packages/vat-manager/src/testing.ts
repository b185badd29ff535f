/** For the simulator, and for nobody else: the core with rules of one's own. */
export { makeCoreWith } from './core/core.js';
export { CROSSING_RULES, type CrossingRules } from './core/crossing-rules.js';
