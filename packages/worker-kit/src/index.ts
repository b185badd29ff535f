/** The host's half: threads with vats in them, for any engine. */
export { chooseThread } from './host/choose-thread.js';
export { mayBePaused, STEP } from './host/debugged.js';
export { type HostedVat, makeHostedVat } from './host/hosted-vat.js';
export {
  insistCommonMessage,
  insistFailed,
  insistIndex,
  insistRead,
} from './host/insist-message.js';
export { distOf, makeThreadProgram } from './host/one-file-build.js';
export {
  makePooledThread,
  type PooledThread,
  type PooledThreadPowers,
  type ThreadFault,
} from './host/pooled-thread.js';
export { makeSilenceWatch, type SilentThread } from './host/silence.js';
export type { ProgramStart, ThreadProgram } from './host/thread-program.js';
export { describeFrames, type Frame } from './frames.js';
export type { CrankSign } from './crank-signs.js';
export type {
  CommonMessage,
  CommonStart,
  CommonThreadData,
  TakenImage,
  VatIndex,
  VatMessage,
} from './protocol.js';
