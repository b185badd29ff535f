/** What any host of threads with vats in them is made of, for those that run another engine in theirs. */
export { type Answering, makeAnswering } from './answering.js';
export { chooseThread } from './choose-thread.js';
export { mayBePaused, STEP } from './watch/debugged.js';
export { type CrankSign, type CrankSigns, makeCrankSigns } from './crank-signs.js';
export { makeAskHost } from './inside/host-reader.js';
export {
  hearBatch,
  insistCommonMessage,
  insistFailed,
  insistIndex,
  insistRead,
} from './insist-message.js';
export { makeOutbox, type Outbox } from './inside/outbox.js';
export { makeSilenceWatch, type SilentThread } from './watch/silence.js';
export { distOf, makeThreadEntry } from './one-file-build.js';
