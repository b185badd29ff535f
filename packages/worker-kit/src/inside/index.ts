/** The half in the worker: what it says, what it asks, and what the engine can do for it. */
export { type CrankSigns, makeCrankSigns } from '../crank-signs.js';
export { STEP } from '../host/debugged.js';
export { describeFrames, framesOfStack } from '../frames.js';
export { collect, compilePowers, enginePowers, nextImmediate } from './engine.js';
export { type AskHostPowers, makeAskHost } from './host-reader.js';
export { makeOutbox, type Outbox } from './outbox.js';
